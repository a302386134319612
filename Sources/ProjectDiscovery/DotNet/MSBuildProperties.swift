internal import GitObjects

/// The values that the properties of a project may have, as far as files of the repository set them.
///
/// A property that conditions set may have one of several values. What cannot be known is spelled with `unknown` in a
/// value, and places in the repository start with `root`, so that a path can be put together like any text.
struct MSBuildProperties {
    struct Value: Sendable, Equatable {
        var texts: [String]
        /// Whether something that is not read here may set another one.
        var mayDiffer = false
        /// The value when nothing outside the repository sets a property.
        var likely: [String] = []
    }

    /// Stands for any text.
    static let unknown = "\u{1}"
    /// Stands for the directory the repository is in.
    static let root = "\u{2}"
    /// More values than any path needs; with more it may be anything.
    static let most = 16
    private static let longest = 1 << 13
    private static let deepest = 16

    /// By name in lower case.
    private var values: [String: Value] = [:]
    let functions: MSBuildFunctions

    /// What the build sets from outside for each of its runs over a project.
    private static let global: Set<String> = ["targetframework", "configuration", "platform", "runtimeidentifier"]

    init(functions: MSBuildFunctions) {
        self.functions = functions
    }

    subscript(name: String) -> Value? { values[name.lowercased()] }

    /// - Parameters:
    ///   - isSure: the property has this value whatever it had before.
    ///   - isLikely: the property has this value unless the environment sets something.
    mutating func set(_ name: String, _ texts: [String], isSure: Bool, isLikely: Bool) {
        let key = name.lowercased()
        let before = values[key]
        var value = Value(texts: texts)
        value.likely = isLikely ? texts : before?.likely ?? []
        if !isSure, !(isLikely && before == nil) {
            let known = before?.texts ?? []
            value.texts = known + texts.filter { !known.contains($0) }
            value.mayDiffer = before?.mayDiffer ?? true
        }
        if value.texts.count > MSBuildProperties.most {
            value.texts = Array(value.texts.prefix(MSBuildProperties.most))
            value.mayDiffer = true
        }
        if MSBuildProperties.global.contains(key) { value.mayDiffer = true }
        values[key] = value
    }

    /// The texts that `text` may stand for.
    ///
    /// - Parameter undefinedIsEmpty: take what nothing sets for the empty text, as MSBuild does when the environment sets
    ///   nothing either.
    func expand(_ text: String, undefinedIsEmpty: Bool = false) -> [String] {
        guard
            text.utf8.contains(UInt8(ascii: "$")) || text.utf8.contains(UInt8(ascii: "@"))
                || text.utf8.contains(UInt8(ascii: "%"))
        else { return [text] }
        guard text.utf8.count < MSBuildProperties.longest else { return [expandLong(text, undefinedIsEmpty)] }
        var budget = 512
        return expand(text[...], undefinedIsEmpty, 0, &budget)
    }

    private func expand(_ text: Substring, _ undefinedIsEmpty: Bool, _ depth: Int, _ budget: inout Int) -> [String] {
        var results = [""], rest = text
        while let mark = rest.firstIndex(where: { $0 == "$" || $0 == "@" || $0 == "%" }) {
            results = MSBuildProperties.joined(results, [String(rest[..<mark])])
            let kind = rest[mark]
            let open = rest.index(after: mark)
            budget -= 1
            guard open < rest.endIndex, rest[open] == "(", budget > 0, depth < MSBuildProperties.deepest,
                let close = MSBuildScanner.closing(rest, from: open)
            else {
                results = MSBuildProperties.joined(results, [String(kind)])
                rest = rest[open...]
                continue
            }
            let body = rest[rest.index(after: open)..<close]
            let found = kind == "$" ? value(of: body, undefinedIsEmpty, depth, &budget) : [MSBuildProperties.unknown]
            results = MSBuildProperties.joined(results, found)
            rest = rest[rest.index(after: close)...]
        }
        return MSBuildProperties.joined(results, [String(rest)])
    }

    /// A text longer than any path is a list at best, and its parts are taken one by one.
    private func expandLong(_ text: String, _ undefinedIsEmpty: Bool) -> String {
        text.split(separator: ";").flatMap { part in
            part.utf8.count < MSBuildProperties.longest
                ? expand(String(part), undefinedIsEmpty: undefinedIsEmpty) : [MSBuildProperties.unknown]
        }.joined(separator: ";")
    }

    private static func joined(_ left: [String], _ right: [String]) -> [String] {
        var result: [String] = []
        for one in left {
            for two in right {
                guard result.count < most, one.utf8.count + two.utf8.count < longest else { return result + [unknown] }
                result.append(one + two)
            }
        }
        return result
    }

    /// The values of what stands between `$(` and `)`: a property, or a function of texts.
    private func value(
        of body: Substring, _ undefinedIsEmpty: Bool, _ depth: Int, _ budget: inout Int
    ) -> [String] {
        let unknown = [MSBuildProperties.unknown]
        guard let call = MSBuildScanner.expression(body) else { return unknown }
        var subject: [String]
        switch call.head {
        case .property(let name):
            guard let known = self[name] else {
                subject = undefinedIsEmpty ? [""] : unknown
                break
            }
            subject = known.texts
            if known.mayDiffer, !undefinedIsEmpty { subject.append(MSBuildProperties.unknown) }
        case .function(let type, let name, let arguments):
            let expanded = arguments.map { expand($0, undefinedIsEmpty, depth + 1, &budget) }
            subject = MSBuildProperties.product(expanded).flatMap { functions.call(type, name, $0) ?? unknown }
        }
        for member in call.members {
            let expanded = member.arguments.map { expand($0, undefinedIsEmpty, depth + 1, &budget) }
            let lists = MSBuildProperties.product(expanded)
            subject = subject.prefix(MSBuildProperties.most).flatMap { text in
                lists.flatMap { functions.call(member.name, on: text, $0) ?? unknown }
            }
        }
        var seen: Set<String> = []
        let distinct = subject.filter { seen.insert($0).inserted }
        return distinct.isEmpty ? unknown : distinct
    }

    private static func product(_ lists: [[String]]) -> [[String]] {
        var result: [[String]] = [[]]
        for list in lists { result = Array(result.flatMap { one in list.map { one + [$0] } }.prefix(most)) }
        return result
    }
}
