/// The script blocks of single-file components: Vue and Svelte (`<script>`), Astro (also the part between `---`).
enum ComponentScripts {
    static func scan(_ bytes: [UInt8]) -> ImportScanner.Found {
        var found = ImportScanner.Found()
        var position = 0
        if let front = frontMatter(bytes) {
            add(ImportScanner.scan(bytes, range: front, readsJSX: false), to: &found)
            position = front.upperBound
        }
        while let start = find("<script", in: bytes, from: position) {
            position = start + 7
            guard let script = readTag(bytes, start, &position, &found) else { continue }
            let body = script.start..<(find("</script", in: bytes, from: script.start) ?? bytes.count)
            add(ImportScanner.scan(bytes, range: body, readsJSX: script.readsJSX), to: &found)
            position = body.upperBound
        }
        return found
    }

    private static func add(_ other: ImportScanner.Found, to found: inout ImportScanner.Found) {
        found.imports += other.imports
        found.isCertain = found.isCertain && other.isCertain
    }

    /// Reads the attributes of a script's tag, of which `src` names a module; where its body begins and
    /// whether that may hold JSX, or `nil` without a body.
    private static func readTag(
        _ bytes: [UInt8], _ start: Int, _ position: inout Int, _ found: inout ImportScanner.Found
    ) -> (start: Int, readsJSX: Bool)? {
        var tag = ImportScanner(bytes: bytes, range: position..<bytes.count, readsJSX: false)
        if ByteClass.of(tag.byte()).isPartOfWord { return nil }
        defer { position = tag.at }
        var readsJSX = false
        while tag.at < tag.end {
            tag.skipSpace()
            if tag.take(">") { return (tag.at, readsJSX) }
            if let name = tag.word() {
                tag.skipSpace()
                guard tag.take("=") else { continue }
                tag.skipSpace()
                guard let value = tag.takeString() else { continue }
                if name == "lang" { readsJSX = value.hasSuffix("sx") }
                if name == "src" {
                    found.imports.append(.init(specifier: value, kind: .sideEffect, offset: start))
                }
            } else {
                tag.at += 1
            }
        }
        return nil
    }

    /// What stands between the `---` at the beginning of an Astro file and the next.
    private static func frontMatter(_ bytes: [UInt8]) -> Range<Int>? {
        let start = bytes.prefix { ByteClass.of($0) == .space }.count
        guard bytes[start...].starts(with: "---".utf8), let end = find("\n---", in: bytes, from: start + 3) else {
            return nil
        }
        return (start + 3)..<end
    }

    /// Where `text` stands next, in small letters or large.
    private static func find(_ text: StaticString, in bytes: [UInt8], from start: Int) -> Int? {
        let count = text.utf8CodeUnitCount
        guard start + count <= bytes.count else { return nil }
        return text.withUTF8Buffer { text in
            let first = text[0]
            for position in start...(bytes.count - count) where bytes[position] == first {
                var index = 1
                while index < count, lowercase(bytes[position + index]) == text[index] { index += 1 }
                if index == count { return position }
            }
            return nil
        }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
