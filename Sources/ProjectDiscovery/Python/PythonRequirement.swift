/// A dependency as a manifest writes it: a name, the extras asked for, and where a direct reference leads.
struct PythonRequirement: Sendable, Hashable {
    /// What a project needs a dependency for.
    enum Section: Sendable, Hashable {
        case normal
        /// Only when the extra of this normalised name is asked for.
        case extra(String)
        case development
        case build
    }

    /// The name in the form of PEP 503, in which equal packages have equal names.
    var name: String
    /// The normalised names of the extras asked for.
    var extras: [String] = []
    /// A directory or file of this repository, relative to the manifest; `nil` when the name decides.
    var path: String?
    var section: Section
    var line: Int?
}

extension PythonRequirement {
    /// Reads PEP 508 as far as the name, the extras and a direct reference go; `nil` when there is no name.
    init?(parsing text: String, _ section: Section, line: Int?) {
        var rest = Substring(text).drop { $0 == " " || $0 == "\t" }
        if rest.hasPrefix("-e ") {
            // PDM writes editable development dependencies so.
            let reference = String(rest.dropFirst(3).drop { $0 == " " })
            guard let path = PythonRequirement.path(reference), let last = path.split(separator: "/").last else {
                return nil
            }
            self.init(name: PythonRequirement.normalised(last), path: path, section: section, line: line)
            return
        }
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == ".") }
        guard !name.isEmpty else { return nil }
        rest = rest.dropFirst(name.count).drop { $0 == " " }
        var extras: [String] = []
        if rest.first == "[" {
            let list = rest.dropFirst().prefix { $0 != "]" }
            rest = rest.dropFirst(list.count + 2).drop { $0 == " " }
            extras = list.split(whereSeparator: { ", ".contains($0) }).map { PythonRequirement.normalised($0) }
        }
        let path = rest.first == "@" ? PythonRequirement.path(String(rest.dropFirst().drop { $0 == " " })) : nil
        self.init(
            name: PythonRequirement.normalised(name), extras: extras, path: path, section: section, line: line)
    }

    /// A name as PEP 503 normalises it: lower case, and `-` for every run of `-`, `_` and `.`.
    static func normalised(_ name: some StringProtocol) -> String {
        var result = ""
        for character in name.lowercased() {
            if "-_.".contains(character) {
                if result.last != "-" { result.append("-") }
            } else {
                result.append(character)
            }
        }
        return result
    }

    /// The path relative to the manifest in a direct reference, in the forms of pip, Hatch and PDM; `nil` for others.
    private static func path(_ reference: String) -> String? {
        let reference = reference.prefix { $0 != " " && $0 != "#" && $0 != ";" }
        for prefix in ["file:///${PROJECT_ROOT}/", "file://${PROJECT_ROOT}/", "{root:uri}/"]
        where reference.hasPrefix(prefix) {
            return String(reference.dropFirst(prefix.count))
        }
        let path = reference.hasPrefix("file:") ? reference.dropFirst(5) : reference
        return path.hasPrefix("./") || path.hasPrefix("../") ? String(path) : nil
    }
}

/// Where one entry of `[tool.uv.sources]` says that a package comes from.
enum PythonSource: Sendable, Hashable {
    case workspace
    case path(String)
    case elsewhere
}
