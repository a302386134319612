internal import JSONText

extension ActionRecord {
    /// Reads the stored form back, and checks that it may answer for `key` when one is given.
    ///
    /// Nothing is trusted that the checksum does not cover, and a path that could lead out of the project's directory
    /// makes the whole record unusable, whoever wrote it.
    package static func decode(
        _ text: [UInt8], for key: ContentDigest? = nil
    ) throws(ActionRecordError) -> ActionRecord {
        let root = try parseChecked(text)
        guard let schema = root["schema"]?.string else { throw malformed("it has no schema") }
        guard schema == ActionRecord.schema else {
            throw ActionRecordError(code: .unknownSchema, detail: "it is \(schema), not \(ActionRecord.schema)")
        }
        guard let task = root["task"]?.string else { throw malformed("it has no task") }
        guard let seconds = root["durationSeconds"]?.number.flatMap({ Double($0) }), seconds.isFinite, seconds >= 0
        else { throw malformed("it has no duration") }
        let recordKey = try digest(root["key"], "key")
        var log: ContentDigest?
        if let node = root["log"], case .string = node.value { log = try digest(node, "log") }

        if let key, key != recordKey {
            guard let aliases = root["aliases"]?.array else { throw malformed("it has no aliases") }
            let wanted = key.description
            guard aliases.contains(where: { $0.string == wanted }) else {
                throw ActionRecordError(code: .misplaced, detail: "found under \(key), stored under \(recordKey)")
            }
        }

        guard let nodes = root["outputs"]?.array else { throw malformed("it has no outputs") }
        var outputs: [OutputEntry] = []
        outputs.reserveCapacity(nodes.count)
        for node in nodes { outputs.append(try output(node)) }
        if let problem = layoutProblem(of: outputs) { throw malformed(problem) }
        return ActionRecord(task: task, key: recordKey, outputs: outputs, log: log, durationSeconds: seconds)
    }

    /// Checks the frame and the checksum, then parses.
    private static func parseChecked(_ text: [UInt8]) throws(ActionRecordError) -> JSONNode {
        let tailCount = checksumPrefix.count + 64 + checksumSuffix.count
        guard text.count > tailCount else {
            throw ActionRecordError(code: .damaged, detail: "it is cut off after \(text.count) bytes")
        }
        let body = text.count - tailCount
        let hexStart = body + checksumPrefix.count
        guard text[body..<hexStart].elementsEqual(checksumPrefix), text.suffix(3).elementsEqual(checksumSuffix) else {
            throw ActionRecordError(code: .damaged, detail: "it does not end with its checksum")
        }
        let actual = text.withUnsafeBytes { ContentDigest.of(UnsafeRawBufferPointer(rebasing: $0[..<body])) }
        var expected: [UInt8] = []
        actual.appendHex(to: &expected)
        guard text[hexStart..<hexStart + 64].elementsEqual(expected) else {
            throw ActionRecordError(code: .damaged, detail: "its checksum does not match")
        }
        do throws(JSONSyntaxError) {
            return try JSONDocument(parsing: text).root
        } catch {
            throw malformed("column \(error.column): \(error.problem)")
        }
    }

    private static func output(_ node: JSONNode) throws(ActionRecordError) -> OutputEntry {
        let path = try path(node["path"], "path")
        if let target = node["symlink"] {
            return OutputEntry(path: path, kind: .symlink(target: try Self.path(target, "symlink")))
        }
        if node["directory"]?.bool == true { return OutputEntry(path: path, kind: .directory) }
        guard let size = node["size"]?.number.flatMap({ Int($0) }), size >= 0,
            let executable = node["executable"]?.bool
        else { throw malformed("an output has neither size nor target") }
        let digest = try digest(node["digest"], "digest")
        return OutputEntry(path: path, kind: .file(digest: digest, size: size, executable: executable))
    }

    private static func digest(_ node: JSONNode?, _ name: String) throws(ActionRecordError) -> ContentDigest {
        guard let digest = node?.string.flatMap({ ContentDigest(hex: $0) }) else {
            throw malformed("\(name) is not a digest")
        }
        return digest
    }

    private static func path(_ node: JSONNode?, _ name: String) throws(ActionRecordError) -> [UInt8] {
        if let text = node?.string { return Array(text.utf8) }
        guard let path = node?["bytes"]?.string.flatMap({ decodeBase64($0.utf8) }) else {
            throw malformed("\(name) is not a path")
        }
        return path
    }

    private static func malformed(_ detail: String) -> ActionRecordError {
        ActionRecordError(code: .malformed, detail: detail)
    }
}

extension ActionRecord {
    /// What makes `outputs` impossible or dangerous to write below one directory; `nil` when nothing does.
    ///
    /// Each path must be relative and clean (no empty, `.` or `..` component, no NUL), named once, and must not lie
    /// below an output that is a file or a symbolic link: through such a link a write would leave the project.
    package static func layoutProblem(of outputs: [OutputEntry]) -> String? {
        var leaves: Set<[UInt8]> = []
        var seen: Set<[UInt8]> = []
        for output in outputs {
            guard isClean(output.path) else { return "\(displayText(output.path)) is not a clean relative path" }
            guard seen.insert(output.path).inserted else { return "\(displayText(output.path)) is named twice" }
            switch output.kind {
            case .file: leaves.insert(output.path)
            case .symlink(let target):
                guard !target.isEmpty, !target.contains(0) else {
                    return "\(displayText(output.path)) links to no possible path"
                }
                leaves.insert(output.path)
            case .directory: break
            }
        }
        for output in outputs {
            for (index, byte) in output.path.enumerated() where byte == UInt8(ascii: "/") {
                if leaves.contains(Array(output.path[..<index])) {
                    return "\(displayText(output.path)) lies below an output that is no directory"
                }
            }
        }
        return nil
    }

    private static func isClean(_ path: [UInt8]) -> Bool {
        guard !path.isEmpty, !path.contains(0) else { return false }
        return path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
        }
    }
}
