internal import SwiftSyntax

/// A value that a manifest computes, as far as it is followed.
indirect enum ManifestValue {
    case text(String)
    case list([ManifestValue])
    /// What a call makes: a package, a target, a dependency, or any other value with labelled parts.
    case made(ManifestObject)
    /// Any of these: the branches of a condition.
    case choice([ManifestValue])
    /// `nil`.
    case nothing
    case closure(ClosureExprSyntax, ManifestScope)
    case unknown

    /// Many values as one.
    static func any(of values: [ManifestValue]) -> ManifestValue {
        values.count == 1 ? values[0] : .choice(values)
    }

    /// The elements of a list. What is not followed stands as one unknown element; branches count together.
    var elements: [ManifestValue] {
        switch self {
        case .list(let elements): elements
        case .choice(let branches): branches.flatMap(\.elements)
        case .nothing: []
        case .text, .made, .closure, .unknown: [.unknown]
        }
    }

    /// The branches one by one, without choices among them.
    var branches: [ManifestValue] {
        if case .choice(let branches) = self { branches.flatMap(\.branches) } else { [self] }
    }

    /// Every text this may be; `nil` when it may be something else or too many.
    var texts: [String]? {
        var texts: [String] = []
        for branch in branches {
            switch branch {
            case .text(let text): texts.append(text)
            case .nothing: continue
            case .list, .made, .closure, .choice, .unknown: return nil
            }
        }
        return texts.count <= ManifestValue.textLimit ? texts : nil
    }

    /// How many texts one value may be, how long they may be, and how many elements a list may have. More than any
    /// manifest has, so that one that doubles a value over and over ends.
    private static let textLimit = 64, lengthLimit = 4096, elementLimit = 4096

    /// `self + other`, of texts or of lists.
    func adding(_ other: ManifestValue) -> ManifestValue {
        if isList || other.isList {
            let all = elements + other.elements
            return .list(all.count <= ManifestValue.elementLimit ? all : [.unknown])
        }
        guard let left = texts, let right = other.texts, !left.isEmpty, !right.isEmpty,
            left.count * right.count <= ManifestValue.textLimit,
            (left + right).allSatisfy({ $0.utf8.count <= ManifestValue.lengthLimit })
        else { return .unknown }
        return .any(of: left.flatMap { prefix in right.map { .text(prefix + $0) } })
    }

    private var isList: Bool {
        switch self {
        case .list: true
        case .choice(let branches): branches.contains(where: \.isList)
        case .text, .made, .nothing, .closure, .unknown: false
        }
    }
}

/// What a call made. Shared by all who hold it, as packages and targets are in a manifest.
final class ManifestObject {
    /// The name that was called, such as `target` or `Package`.
    let name: String
    var parts: [(label: String?, value: ManifestValue)]
    let line: Int
    /// Where the call is written, in bytes.
    let offset: Int
    let isConditional: Bool

    init(name: String, parts: [(label: String?, value: ManifestValue)], line: Int, offset: Int, isConditional: Bool) {
        self.name = name
        self.parts = parts
        self.line = line
        self.offset = offset
        self.isConditional = isConditional
    }

    subscript(label: String) -> ManifestValue? {
        get { parts.first { $0.label == label }?.value }
        set {
            parts.removeAll { $0.label == label }
            if let newValue { parts.append((label, newValue)) }
        }
    }
}

/// Names and their values, and the scope around.
final class ManifestScope {
    var values: [String: ManifestValue] = [:]
    let parent: ManifestScope?

    init(parent: ManifestScope?) { self.parent = parent }

    /// The scope that holds `name`.
    func home(of name: String) -> ManifestScope? {
        var scope: ManifestScope? = self
        while let current = scope {
            if current.values[name] != nil { return current }
            scope = current.parent
        }
        return nil
    }
}
