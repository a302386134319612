internal import GitObjects
internal import WorkspaceModel

/// Writes the inputs of one project's tasks as Ripple's patterns: later ones win, a leading `/` is the root of the
/// repository.
struct MoonPatterns {
    let project: MoonProject
    let fileGroups: [String: [MoonInput]]
    /// The directory and the file groups of other projects, by id.
    let others: [String: (path: RepoPath, fileGroups: [String: [MoonInput]])]
    /// The ids of the projects that this one depends on.
    let dependencies: [String]
    /// Whether patterns are written from the root of the repository, because moon's globs enter projects below.
    let isRooted: Bool

    /// What a list of inputs selects.
    struct Selection {
        fileprivate(set) var globs: [String] = []
        fileprivate(set) var excluded: [String] = []
        fileprivate(set) var files: [String] = []
        private(set) var variables: [String] = []
        /// Inputs that are not understood: every file counts.
        fileprivate(set) var unknown: [String] = []

        fileprivate mutating func add(variable: String) {
            if !variables.contains(variable) { variables.append(variable) }
        }

        /// In moon an exclusion takes away what globs select, wherever it stands, and no file that is named.
        var rule: InputRule {
            let all = unknown.isEmpty ? [] : ["/**/*"]
            return .patterns(globs + excluded + files + all, includesDefault: false)
        }
    }

    func selection(_ inputs: [MoonInput]) -> Selection {
        var selection = Selection()
        var open: Set<String> = []
        for input in inputs { add(input, of: project.path, fileGroups, &selection, &open) }
        return selection
    }

    /// - Parameter open: the file groups that are being read, so that one cannot hold itself.
    private func add(
        _ input: MoonInput, of directory: RepoPath, _ groups: [String: [MoonInput]], _ selection: inout Selection,
        _ open: inout Set<String>
    ) {
        switch input {
        case .file(let text):
            add(text, isGlob: false, of: directory, &selection)
        case .glob(let text):
            add(text, isGlob: true, of: directory, &selection)
        case .variable(let name): selection.add(variable: name)
        case .manifest:
            for name in ["package.json", "Cargo.toml", "pyproject.toml", "go.mod", "deno.json"] {
                add(name, isGlob: false, of: directory, &selection)
            }
        case .anything: selection.unknown.append("an input")
        case .group(let name, let format):
            let key = "\(directory)\u{0}\(name)"
            guard let group = groups[name] else {
                selection.unknown.append("the file group '\(name)', which does not exist")
                return
            }
            guard open.insert(key).inserted else { return }
            for entry in group where format.admits(entry) { add(entry, of: directory, groups, &selection, &open) }
            open.remove(key)
        case .project(let id, let filter, let group):
            for id in id.hasPrefix("^") ? dependencies : [id] {
                guard let other = others[id] else {
                    selection.unknown.append("the project '\(id)', which does not exist")
                    continue
                }
                if let group {
                    add(.group(group, format: .static), of: other.path, other.fileGroups, &selection, &open)
                } else {
                    for glob in filter.isEmpty ? ["**/*"] : filter {
                        add(glob, isGlob: true, of: other.path, &selection)
                    }
                }
            }
        }
    }

    private func add(_ text: String, isGlob: Bool, of directory: RepoPath, _ selection: inout Selection) {
        let isExclusion = isGlob && text.hasPrefix("!")
        let body = isExclusion ? String(text.dropFirst()) : text
        guard let pattern = pattern(body, isGlob: isGlob, of: directory),
            (try? Pattern(pattern.hasPrefix("/") ? String(pattern.dropFirst()) : pattern)) != nil
        else {
            // An exclusion that cannot be read excludes nothing.
            if !isExclusion { selection.unknown.append("the input '\(text)'") }
            return
        }
        if isExclusion {
            selection.excluded.append("!\(pattern)")
        } else if isGlob {
            selection.globs.append(pattern)
        } else {
            selection.files.append(pattern)
        }
    }

    /// The pattern for a path or glob of the project at `directory`; `nil` when it cannot be written.
    func pattern(_ text: String, isGlob: Bool, of directory: RepoPath) -> String? {
        guard var text = withoutTokens(text), !text.isEmpty else { return nil }
        while text.hasPrefix("./") { text.removeFirst(2) }
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        // `<a:1,3>` and `$` are special to moon's globs alone.
        if isGlob, text.contains(where: { "<>$\\".contains($0) }) { return nil }
        if text == "." || text == "/" || text.isEmpty { text = text == "/" ? "/**/*" : "**/*" }
        let escape = { (text: String) in isGlob || text == "**/*" || text == "/**/*" ? text : MoonPatterns.escaped(text)
        }
        if text.hasPrefix("/") { return escape(text) }
        if text.hasPrefix("../") {
            guard let path = directory.resolving(text), let resolved = path.utf8Text else { return nil }
            return "/" + escape(resolved)
        }
        guard isRooted || directory != project.path else { return escape(text) }
        guard let place = directory.utf8Text else { return nil }
        return place.isEmpty ? "/\(escape(text))" : "/\(MoonPatterns.escaped(place))/\(escape(text))"
    }

    /// Replaces the tokens that stand for a directory or an id; `nil` when there is another one.
    private func withoutTokens(_ text: String) -> String? {
        guard text.contains("$") else { return text }
        var text = text
        for (token, value) in [
            ("$workspaceRoot/", "/"), ("$projectRoot/", ""), ("$projectSource/", "\(project.path)/"),
            ("$projectId", project.id), ("$language", project.language), ("$projectLayer", project.kind),
        ] {
            while let range = text.firstRange(of: token) { text.replaceSubrange(range, with: value) }
        }
        return text.contains("$") ? nil : text
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            if "*?[]{}\\!".contains(character) { result += "\\" }
            result.append(character)
        }
        return result
    }
}

extension MoonInput.Format {
    /// Whether a token of this kind takes the entry of a file group; where only the disk knows, it does.
    fileprivate func admits(_ input: MoonInput) -> Bool {
        switch (self, input) {
        case (.envs, .variable): true
        case (.envs, _): false
        case (.globs, .file): false
        default: true
        }
    }
}
