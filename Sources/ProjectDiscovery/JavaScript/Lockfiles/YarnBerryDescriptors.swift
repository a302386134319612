/// Finds the entry of a yarn.lock of Yarn 2 and later that a dependency means.
///
/// Follows reduceDependency of Yarn's core, catalog and compat plugins: resolutions first, then catalogs, then the patches
/// that Yarn brings along. What cannot be told apart from other entries of the name is as good as all of them.
struct YarnBerryDescriptors {
    typealias Problem = JavaScriptLock.Problem

    private struct Known {
        var descriptor: String
        var number: Int
    }

    private let rules: [String: [YarnBerryResolution]]
    /// Names with a resolution that is not understood.
    private let unclear: Set<String>
    private let catalogs: [String: [String: String]]
    private var exact: [String: Int] = [:]
    private(set) var byName: [String: [Int]] = [:]
    /// Descriptors without what Yarn binds to them after `::`, in plain text.
    private var unbound: [String: [Known]] = [:]
    /// What Yarn's own patches put in place of a descriptor.
    private var builtin: [String: Known] = [:]
    /// All descriptors by name.
    private var all: [String: [String]] = [:]
    /// The descriptors that something was found under; nobody in the file asks for the others.
    private(set) var asked: Set<String> = []

    init(_ settings: LockSettings) {
        var rules: [String: [YarnBerryResolution]] = [:]
        var unclear: Set<String> = []
        for resolution in settings.resolutions {
            if let rule = YarnBerryResolution(resolution) {
                rules[rule.package.name, default: []].append(rule)
            } else {
                unclear.insert(LockText.lastName(resolution.key))
            }
        }
        self.rules = rules
        self.unclear = unclear
        catalogs = settings.catalogs
    }

    /// Adds the descriptors of the entry `number`.
    mutating func add(_ descriptors: [String], _ number: Int, line: Int) throws(Problem) {
        var names: Set<String> = []
        for descriptor in descriptors {
            exact[descriptor] = number
            let known = Known(descriptor: descriptor, number: number)
            unbound[YarnBerryDescriptors.unbound(descriptor), default: []].append(known)
            guard let (name, range) = LockText.nameAndRest(descriptor) else { continue }
            all[name, default: []].append(descriptor)
            if let source = YarnBerryDescriptors.source(ofPatch: range), range.contains("builtin<compat/") {
                builtin[source] = known
            }
            guard names.insert(name).inserted else { continue }
            byName[name, default: []].append(number)
            try LockText.checkCount(byName[name] ?? [], name: name, line: line)
        }
    }

    /// What `range` of `name` means to the package `user`, which is locked as `reference`.
    mutating func find(_ name: String, _ range: String, in user: String, _ reference: String) -> [Int] {
        guard !unclear.contains(name) else { return everything(called: name) }
        if let rule = rules[name]?.first(where: { $0.applies(to: range, in: user, reference) }) {
            return rule.replacement.flatMap { entry(name, $0) } ?? everything(called: name)
        }
        if range.hasPrefix("catalog:") {
            let catalog = String(range.dropFirst("catalog:".count))
            guard let meant = catalogs[catalog.isEmpty ? "default" : catalog]?[name] else { return byName[name] ?? [] }
            return entry(name, meant) ?? byName[name] ?? []
        }
        return entry(name, range) ?? byName[name] ?? []
    }

    /// What a patch is applied to.
    mutating func sources(of descriptors: [String]) -> [(name: String, number: Int)] {
        var found: [(name: String, number: Int)] = []
        for descriptor in descriptors {
            guard let range = LockText.nameAndRest(descriptor)?.rest,
                let source = YarnBerryDescriptors.source(ofPatch: range),
                let (name, rest) = LockText.nameAndRest(source)
            else { continue }
            for text in [source, "\(name)@npm:\(rest)"] {
                guard let number = exact[text] else { continue }
                asked.insert(text)
                found.append((name, number))
                break
            }
        }
        return found
    }

    private mutating func entry(_ name: String, _ range: String) -> [Int]? {
        for descriptor in ["\(name)@\(range)", "\(name)@npm:\(range)"] {
            guard let number = exact[descriptor] else { continue }
            if let patched = builtin[descriptor] {
                asked.insert(patched.descriptor)
                return [patched.number]
            }
            asked.insert(descriptor)
            return [number]
        }
        guard let found = unbound[YarnBerryDescriptors.unbound("\(name)@\(range)")] else { return nil }
        asked.formUnion(found.lazy.map(\.descriptor))
        return found.map(\.number)
    }

    private mutating func everything(called name: String) -> [Int] {
        asked.formUnion(all[name] ?? [])
        return byName[name] ?? []
    }

    private static func unbound(_ descriptor: String) -> String {
        let bytes = Array(descriptor.utf8)
        let colon = UInt8(ascii: ":")
        let end = bytes.indices.dropLast().first { bytes[$0] == colon && bytes[$0 + 1] == colon } ?? bytes.count
        return decoded(bytes[..<end])
    }

    /// The descriptor within `patch:DESCRIPTOR#FILE`, in plain text.
    private static func source(ofPatch range: String) -> String? {
        guard range.hasPrefix("patch:") else { return nil }
        let rest = range.utf8.dropFirst("patch:".utf8.count)
        return decoded(Array(rest.prefix { $0 != UInt8(ascii: "#") })[...])
    }

    /// Replaces `%XX` by the byte that it stands for.
    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                result.append(value)
                rest.removeFirst(2)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
