internal import GitObjects

/// Checks of text that comes from outside: nothing else of an event reaches the repository or the terminal.
enum EventText {
    /// Why a text is not what it should be, as a clause: "is no commit id: 'abc'".
    struct Problem: Error {
        let text: String
    }

    /// The commit id that `text` is; `nil` for zeros, which stand for "none".
    static func commit(_ text: String) throws(Problem) -> ObjectID? {
        guard let id = ObjectID(hex: text) else {
            throw Problem(text: "is not a full commit id: \(quoted(text))")
        }
        return text.utf8.allSatisfy { $0 == UInt8(ascii: "0") } ? nil : id
    }

    /// The branch that `text` names, without `refs/heads/`.
    static func branch(_ text: String) throws(Problem) -> String {
        let name = text.hasPrefix("refs/heads/") ? String(text.dropFirst("refs/heads/".count)) : text
        guard isReferenceName(name) else { throw Problem(text: "is not a branch name: \(quoted(text))") }
        return name
    }

    /// Whether git allows `name` below `refs/heads/` (git-check-ref-format). Such a name holds no operator of revision
    /// expressions.
    static func isReferenceName(_ name: String) -> Bool {
        guard !name.isEmpty, name != "@", !name.contains(".."), !name.contains("@{"), !name.hasSuffix("."),
            name.utf8.count < 1000
        else { return false }
        let forbidden = Set(" ~^:?*[\\".unicodeScalars)
        guard !name.unicodeScalars.contains(where: { forbidden.contains($0) || isControl($0) }) else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock")
        }
    }

    /// Whether git would take `name` for the output of `git describe`, whose end is a commit id: `x-3-gabc1234`.
    static func looksDescribed(_ name: String) -> Bool {
        guard let dash = name.lastIndex(of: "-") else { return false }
        let end = name[name.index(after: dash)...]
        guard end.hasPrefix("g"), end.count > 1, end.dropFirst().allSatisfy(\.isHexDigit) else { return false }
        let digits = name[..<dash].reversed().prefix { $0.isNumber }
        return !digits.isEmpty
    }

    /// `text` in quotes, short and without what a terminal would obey.
    static func quoted(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(60) { shown.unicodeScalars.append(isControl(scalar) ? "?" : scalar) }
        return "'\(shown)\(text.unicodeScalars.count > 60 ? "..." : "")'"
    }

    /// `text` as one word of a shell command.
    static func shellWord(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "+-_./:".utf8.contains(byte)
            }
        }
        if plain { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// The id as people read it.
    static func short(_ id: ObjectID) -> String { String(id.description.prefix(7)) }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
