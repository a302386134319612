internal import JSONText

// The stored form of a record, schema "ripple.action/1": one line of JSON, its fields in this order, without spaces.
//
//     {"schema":"ripple.action/1","task":T,"key":HEX,"aliases":[HEX...],"durationSeconds":N,"log":HEX|null,
//      "outputs":[OUTPUT...],"checksum":HEX}\n
//
//     OUTPUT = {"path":P,"digest":HEX,"size":N,"executable":B} | {"path":P,"symlink":P} | {"path":P,"directory":true}
//     P      = a string, or {"bytes":BASE64} when the bytes are not UTF-8
//
// The checksum is the SHA-256 of every byte before `,"checksum"`. With it, and with the bytes after it fixed, any
// flipped, missing or added byte shows. `aliases` are the other keys the record was stored under: one found under a
// key that it does not name was misplaced and answers for nothing.

extension ActionRecord {
    static let schema = "ripple.action/1"
    static let checksumPrefix = Array(",\"checksum\":\"".utf8)
    static let checksumSuffix = Array("\"}\n".utf8)

    /// The stored form, to be found under `key` and under each of `aliases`.
    package func encoded(aliases: [ContentDigest] = []) -> [UInt8] {
        var writer = JSONWriter(compact: true)
        writer.object { record in
            record.member("schema", ActionRecord.schema)
            record.member("task", task)
            record.member("key", key.description)
            record.array("aliases", Set(aliases).subtracting([key]).sorted().map(\.description))
            record.member("durationSeconds", durationSeconds)
            record.member("log", log?.description)
            record.array("outputs") { list in
                for output in outputs {
                    list.object { output.write(to: &$0) }
                }
            }
        }
        var text = writer.finish()
        // The checksum takes the place of the closing brace.
        while let last = text.popLast(), last != UInt8(ascii: "}") {}
        let checksum = ContentDigest.of(text)
        text.append(contentsOf: ActionRecord.checksumPrefix)
        checksum.appendHex(to: &text)
        text.append(contentsOf: ActionRecord.checksumSuffix)
        return text
    }
}

extension OutputEntry {
    fileprivate func write(to object: inout JSONObjectScope) {
        write(path, "path", to: &object)
        switch kind {
        case .file(let digest, let size, let executable):
            object.member("digest", digest.description)
            object.member("size", size)
            object.member("executable", executable)
        case .symlink(let target):
            write(target, "symlink", to: &object)
        case .directory:
            object.member("directory", true)
        }
    }

    private func write(_ path: [UInt8], _ key: String, to object: inout JSONObjectScope) {
        if let text = String(validating: path, as: UTF8.self) {
            object.member(key, text)
        } else {
            object.object(key) { $0.member("bytes", String(decoding: base64(path), as: UTF8.self)) }
        }
    }
}
