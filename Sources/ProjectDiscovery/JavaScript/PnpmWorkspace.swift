internal import Yams

/// What Ripple reads of a pnpm-workspace.yaml: https://pnpm.io/pnpm-workspace_yaml (pnpm 5 to 10).
struct PnpmWorkspace {
    /// One setting other than the member patterns and catalogs, as canonical text.
    struct Setting {
        var name: String
        var line: Int?
        var canonical: String
    }

    /// A file that is no YAML, or not of the right form.
    struct SyntaxError: Error {
        var line: Int
        var column: Int
        var problem: String
    }

    /// `nil` when the file only holds settings, which pnpm 10 allows.
    var packages: [PackageManifest.Pattern]?
    /// Ranges by catalog and package; `catalog:` without a name is called `default`.
    var catalogs: [String: [String: String]] = [:]
    /// `catalog` and `catalogs`; kept apart because a lockfile, where there is one, tells their effect exactly.
    var catalogSettings: [Setting] = []
    /// Packages that `overrides` replaces by local ones, with the specifier that replaces what others write.
    var localOverrides: [String: String] = [:]
    var settings: [Setting] = []

    /// No settings at all.
    init() {}

    init(parsing bytes: [UInt8]) throws(SyntaxError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw PnpmWorkspace.syntaxError(error)
        }
        // An empty file is a workspace of settings that are all at their defaults.
        guard let root, root.null == nil else { return }
        guard let mapping = root.mapping else {
            throw SyntaxError(line: 1, column: 1, problem: "pnpm-workspace.yaml must be a mapping")
        }
        for (key, value) in mapping {
            guard let name = key.string else { continue }
            switch name {
            case "packages":
                guard value.null == nil else { continue }
                guard let list = value.sequence else {
                    let mark = value.mark
                    throw SyntaxError(
                        line: mark?.line ?? 1, column: mark?.column ?? 1,
                        problem: "'packages' must be a list of patterns")
                }
                packages = list.compactMap { node in
                    node.string.map { PackageManifest.Pattern(text: $0, line: node.mark?.line ?? 1) }
                }
            case "catalog":
                catalogs["default", default: [:]].merge(PnpmWorkspace.table(value)) { $1 }
                catalogSettings.append(PnpmWorkspace.setting(name, key, value))
            case "catalogs":
                for (catalog, entries) in value.mapping ?? [:] {
                    guard let catalog = catalog.string else { continue }
                    catalogs[catalog, default: [:]].merge(PnpmWorkspace.table(entries)) { $1 }
                }
                catalogSettings.append(PnpmWorkspace.setting(name, key, value))
            default:
                if name == "overrides" {
                    localOverrides = PnpmWorkspace.table(value).filter { DependencySpecifier.isLocal($0.value) }
                }
                settings.append(PnpmWorkspace.setting(name, key, value))
            }
        }
    }

    private static func table(_ node: Node) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in node.mapping ?? [:] {
            if let name = key.string { result[name] = value.string }
        }
        return result
    }

    private static func setting(_ name: String, _ key: Node, _ value: Node) -> Setting {
        var text = ""
        append(value, to: &text)
        return Setting(name: name, line: key.mark?.line, canonical: text)
    }

    private static func append(_ node: Node, to text: inout String) {
        switch node {
        case .mapping(let mapping):
            text += "{"
            for (key, value) in mapping {
                append(key, to: &text)
                text += ":"
                append(value, to: &text)
                text += ","
            }
            text += "}"
        case .sequence(let sequence):
            text += "["
            for value in sequence {
                append(value, to: &text)
                text += ","
            }
            text += "]"
        default:
            CanonicalText.append(node.string ?? "", to: &text)
        }
    }

    private static func syntaxError(_ error: any Error) -> SyntaxError {
        guard let error = error as? YamlError else {
            return SyntaxError(line: 1, column: 1, problem: "this is no YAML")
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return SyntaxError(line: mark.line, column: mark.column, problem: problem)
        default:
            return SyntaxError(line: 1, column: 1, problem: "this is no YAML")
        }
    }
}
