internal import GitObjects
internal import WorkspaceModel

/// Gives projects their ids: unique, printable, and without `#`, which ends a project's id in a task's.
///
/// Texts count as equal when they are canonically equivalent, as Swift compares them.
enum ProjectNames {
    /// The declared name where it is unique and can be an id, else the path. A path wins against a name.
    static func assign(to projects: inout [Project]) {
        var uses: [String: Int] = [:]
        uses.reserveCapacity(projects.count)
        for project in projects where !project.onlyGathers {
            if let name = project.name { uses[name, default: 0] += 1 }
        }
        var paths: Set<String> = []
        paths.reserveCapacity(projects.count)
        for index in projects.indices {
            var id = escaped(projects[index].path, escapesAll: false)
            if !paths.insert(id).inserted {
                id = escaped(projects[index].path, escapesAll: true)
                paths.insert(id)
            }
            projects[index].id = id
        }
        for index in projects.indices where !projects[index].onlyGathers {
            guard let name = projects[index].name, uses[name] == 1, canBeID(name) else { continue }
            if name == projects[index].id || !paths.contains(name) { projects[index].id = name }
        }
    }

    static func canBeID(_ name: String) -> Bool {
        !name.isEmpty && !name.unicodeScalars.contains { $0 == "#" || !isPrintable($0) }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    /// The path as text, with `%FF` for what is no UTF-8 or not printable; `escapesAll` spells out all that is not
    /// ASCII, for a path that is canonically equivalent to another.
    static func escaped(_ path: RepoPath, escapesAll: Bool) -> String {
        if path.isRoot { return "." }
        let bytes = path.bytes
        let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") }
        if isPlain { return String(decoding: bytes, as: UTF8.self) }
        var result = ""
        var position = 0
        while position < bytes.count {
            let length = escapesAll && bytes[position] >= 0x80 ? 0 : scalarLength(bytes, at: position)
            if length > 0 {
                result += String(decoding: bytes[position..<(position + length)], as: UTF8.self)
            } else {
                let hex = String(bytes[position], radix: 16, uppercase: true)
                result += hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
            position += max(length, 1)
        }
        return result
    }

    /// The bytes of the printable scalar at `position`; 0 when there is none, or when it looks like an escape.
    private static func scalarLength(_ bytes: [UInt8], at position: Int) -> Int {
        let first = bytes[position]
        if first == UInt8(ascii: "%") {
            let digits = bytes[(position + 1)...].prefix(2)
            return digits.count == 2 && digits.allSatisfy(isHexDigit) ? 0 : 1
        }
        let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard position + length <= bytes.count,
            let text = String(validating: bytes[position..<(position + length)], as: UTF8.self),
            let scalar = text.unicodeScalars.first, isPrintable(scalar)
        else { return 0 }
        return length
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    }
}
