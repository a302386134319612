internal import GitObjects

/// Works out the paths in the configuration of one unit.
///
/// A text is a path from where it stands, or begins with `root` where it is one from the repository's root; what is not
/// known is `unknown`. An expression has several texts where it stands in a file that several contexts read.
struct TerragruntEvaluation {
    static let root: Character = "\u{1}"
    static let unknown: Character = "\u{0}"

    let tree: SourceTree
    /// The directory of the unit.
    let unit: RepoPath
    /// The directory of the file that is read.
    let place: RepoPath
    /// What any file of the unit calls by a name.
    let locals: [String: [[HCLToken]]]
    private var budget = 2_000

    private static let most = 8
    private static let deepest = 12

    init(tree: SourceTree, unit: RepoPath, place: RepoPath, locals: [String: [[HCLToken]]]) {
        self.tree = tree
        self.unit = unit
        self.place = place
        self.locals = locals
    }

    /// The texts that the expression may be.
    mutating func texts(_ tokens: ArraySlice<HCLToken>, depth: Int = 0) throws(GitError) -> [String] {
        budget -= 1
        guard budget > 0, depth < TerragruntEvaluation.deepest, let first = tokens.first else { return unknown }
        if case .template(let parts) = first.kind, tokens.count == 1 { return try template(parts, depth) }
        guard let name = first.identifier else { return unknown }
        if tokens.count > 2, tokens[tokens.startIndex + 1].isSymbol("("), tokens.last?.isSymbol(")") == true {
            return try call(name, tokens.dropFirst(2).dropLast(), depth)
        }
        let names = tokens.compactMap(\.identifier)
        // `local.x`, `include.NAME.locals.x`, and `local.NAME.locals.x` of a file that was read.
        guard names.count * 2 - 1 == tokens.count, names.count > 1, name == "local" || names.contains("locals") else {
            return unknown
        }
        let wanted = names.lastIndex(of: "locals").map { $0 + 1 } ?? 1
        guard wanted == names.count - 1 else { return unknown }
        var found: [String] = []
        for expression in locals[names[wanted]] ?? [] { found += try texts(expression[...], depth: depth + 1) }
        return found.isEmpty ? unknown : limited(found)
    }

    private let unknown = [String(TerragruntEvaluation.unknown)]

    private func limited(_ texts: [String]) -> [String] {
        let unique = Array(Set(texts)).sorted()
        return unique.count <= TerragruntEvaluation.most ? unique : unknown
    }

    private mutating func template(_ parts: [HCLToken.Part], _ depth: Int) throws(GitError) -> [String] {
        var texts = [""]
        for part in parts {
            let next: [String]
            switch part {
            case .literal(let text): next = [text]
            case .interpolation(let text):
                let tokens = (try? HCLScanner.tokens(of: Array(text.utf8))) ?? []
                next = try self.texts(tokens[...], depth: depth + 1)
            }
            texts = limited(texts.flatMap { before in next.map { before + $0 } })
        }
        return texts
    }

    private mutating func call(
        _ name: String, _ arguments: ArraySlice<HCLToken>, _ depth: Int
    ) throws(GitError) -> [String] {
        let parts = TerragruntEvaluation.parts(arguments)
        switch name {
        case "find_in_parent_folders":
            guard let name = parts.first else { return try found(["terragrunt.hcl", "root.hcl"]) }
            return try found(try texts(name, depth: depth + 1))
        case "get_terragrunt_dir", "get_original_terragrunt_dir", "get_working_dir":
            return limited([unit, place].map { TerragruntEvaluation.absolute($0) })
        case "get_parent_terragrunt_dir": return [TerragruntEvaluation.absolute(place)]
        case "get_repo_root", "get_path_to_repo_root": return [String(TerragruntEvaluation.root)]
        case "get_path_from_repo_root": return [unit.description]
        case "path_relative_to_include":
            return [unit.relative(to: place)?.documentText ?? String(TerragruntEvaluation.unknown)]
        case "dirname":
            guard let path = parts.first else { return unknown }
            return try texts(path, depth: depth + 1).map { text in
                text.last == TerragruntEvaluation.unknown
                    ? text
                    : text.lastIndex(of: "/").map { String(text[..<$0]) }
                        ?? (text.first == TerragruntEvaluation.root ? String(TerragruntEvaluation.root) : ".")
            }
        case "abspath", "read_terragrunt_config", "read_tfvars_file", "sops_decrypt_file", "file", "templatefile",
            "filebase64", "yamldecode", "jsondecode":
            guard let path = parts.first else { return unknown }
            return try texts(path, depth: depth + 1)
        default: return unknown
        }
    }

    /// The first file of each name above the unit, and above the file that is read.
    private func found(_ names: [String]) throws(GitError) -> [String] {
        var found: [String] = []
        for name in names where !name.contains(TerragruntEvaluation.unknown) {
            for start in Set([unit, place]) {
                var above = start.parent
                while let directory = above {
                    above = directory.parent
                    guard let path = directory.resolving(name), !path.isRoot, try tree.entry(path) != nil else {
                        continue
                    }
                    found.append(TerragruntEvaluation.absolute(path))
                    break
                }
            }
        }
        return found.isEmpty ? unknown : limited(found)
    }

    static func absolute(_ path: RepoPath) -> String { String(root) + (path.isRoot ? "" : path.description) }

    /// The arguments of a call, without those in brackets of their own being parted.
    private static func parts(_ tokens: ArraySlice<HCLToken>) -> [ArraySlice<HCLToken>] {
        var parts: [ArraySlice<HCLToken>] = [], start = tokens.startIndex, depth = 0
        for index in tokens.indices {
            if case .symbol(let character) = tokens[index].kind {
                if "([{".contains(character) { depth += 1 } else if ")]}".contains(character) { depth -= 1 }
                if character == ",", depth == 0 {
                    parts.append(tokens[start..<index])
                    start = index + 1
                }
            }
        }
        if start < tokens.endIndex { parts.append(tokens[start...]) }
        return parts
    }
}
