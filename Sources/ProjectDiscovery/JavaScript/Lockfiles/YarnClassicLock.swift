internal import WorkspaceModel

/// Reads yarn.lock of Yarn 1: https://classic.yarnpkg.com/lang/en/docs/yarn-lock/
///
/// The file names what each `name@range` resolves to, whoever asks; members and what they ask for are not in it.
enum YarnClassicLock {
    typealias Problem = JavaScriptLock.Problem

    /// What `name@range` resolves to.
    struct Descriptors: Sendable {
        var exact: [String: Int] = [:]
        var byName: [String: [Int]] = [:]
        /// Names that the root's `resolutions` replace: which entry is used then depends on who asks.
        var resolutions: Set<String> = []

        /// The packages that `name@range` may be; none when the file does not say.
        func find(_ name: String, _ range: String) -> [Int] {
            if resolutions.contains(name) { return byName[name] ?? [] }
            if let number = exact["\(name)@\(range)"] { return [number] }
            if range.isEmpty || range == "*", let number = exact["\(name)@"] ?? exact["\(name)@*"] { return [number] }
            return []
        }
    }

    private struct Entry {
        var patterns: [String]
        var line: Int
        var version = ""
        var source = ""
        var dependencies: [(name: String, range: String)] = []
    }

    static func parse(_ bytes: [UInt8], _ settings: LockSettings) throws(Problem) -> JavaScriptLock {
        var builder = LockGraphBuilder()
        var descriptors = Descriptors(resolutions: Set(settings.resolutions.map { LockText.lastName($0.key) }))
        let entries = try read(bytes)
        for entry in entries {
            guard let first = entry.patterns.first, let (name, range) = LockText.nameAndRest(first) else {
                throw Problem("an entry must begin with name@range", line: entry.line)
            }
            var realName = name
            if range.hasPrefix("npm:"), let (real, _) = LockText.nameAndRest(String(range.dropFirst(4))) {
                realName = real
            }
            let number = builder.add(realName, entry.version, identity: entry.source)
            var names: Set<String> = []
            for pattern in entry.patterns {
                guard descriptors.exact.updateValue(number, forKey: pattern) == nil else {
                    throw Problem("'\(pattern)' is there twice", line: entry.line)
                }
                if let name = LockText.nameAndRest(pattern)?.name, names.insert(name).inserted {
                    descriptors.byName[name, default: []].append(number)
                    try LockText.checkCount(descriptors.byName[name] ?? [], name: name, line: entry.line)
                }
            }
        }
        var unlocked: [Int: [String]] = [:]
        for (number, entry) in entries.enumerated() {
            for dependency in entry.dependencies {
                // What is missing is a member, which Yarn links and does not lock.
                let targets = descriptors.find(dependency.name, dependency.range)
                if targets.isEmpty { unlocked[number, default: []].append(dependency.name) }
                for target in targets { builder.use(dependency.name, target, by: number) }
            }
        }
        return JavaScriptLock(graph: builder.graph(), entry: .descriptors(descriptors), unlocked: unlocked)
    }

    private static func read(_ bytes: [UInt8]) throws(Problem) -> [Entry] {
        var entries: [Entry] = []
        var table = ""
        var number = 0
        for raw in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            var content = raw
            if content.last == UInt8(ascii: "\r") { content.removeLast() }
            let indent = content.prefix { $0 == UInt8(ascii: " ") }.count
            content = content.dropFirst(indent)
            guard let first = content.first, first != UInt8(ascii: "#") else { continue }
            if indent == 0 {
                entries.append(Entry(patterns: try words(content, number, separator: UInt8(ascii: ",")), line: number))
                table = ""
                continue
            }
            guard !entries.isEmpty else { throw Problem("an entry must come before its fields", line: number) }
            let last = entries.count - 1
            let isTable = content.last == UInt8(ascii: ":")
            let words = try self.words(content, number, separator: UInt8(ascii: " "))
            switch (indent, isTable, words.count) {
            case (2, true, 1): table = words[0]
            case (2, false, 2):
                table = ""
                switch words[0] {
                case "version": entries[last].version = words[1]
                case "resolved": entries[last].source += "\(LockText.withoutCredentials(words[1]))\u{1}"
                case "integrity": entries[last].source += "integrity \(words[1])\u{1}"
                default: break
                }
            case (2, false, _): break
            case (4, false, 2) where table == "dependencies" || table == "optionalDependencies":
                entries[last].dependencies.append((words[0], words[1]))
            case (4..., _, _) where !table.isEmpty: break
            default: throw Problem("this is no line of a yarn.lock", line: number)
            }
        }
        return entries
    }

    /// The words of a line, in quotes or not, without the colon at its end.
    private static func words(_ line: ArraySlice<UInt8>, _ number: Int, separator: UInt8) throws(Problem) -> [String] {
        var rest = line
        if rest.last == UInt8(ascii: ":") {
            rest.removeLast()
        } else if separator == UInt8(ascii: ",") {
            throw Problem("an entry must end with ':'", line: number)
        }
        var words: [String] = []
        while true {
            rest = rest.drop { $0 == UInt8(ascii: " ") }
            guard let first = rest.first else { return words }
            if first == UInt8(ascii: "\"") {
                rest.removeFirst()
                guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else {
                    throw Problem("the quotes are not closed", line: number)
                }
                words.append(String(decoding: rest[..<end], as: UTF8.self))
                rest = rest[(end + 1)...]
                rest = rest.drop { $0 == UInt8(ascii: " ") }
                if separator == UInt8(ascii: ","), let next = rest.first {
                    guard next == separator else { throw Problem("a ',' is missing", line: number) }
                    rest.removeFirst()
                }
            } else {
                let end = rest.firstIndex(of: separator) ?? rest.endIndex
                words.append(String(decoding: rest[..<end], as: UTF8.self))
                rest = rest[end...].dropFirst()
            }
        }
    }
}
