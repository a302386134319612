internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// What a target makes: https://nx.dev/reference/project-configuration#outputs.
struct NxOutputs {
    let workspace: NxWorkspace
    let project: NxProject

    /// The patterns in Ripple's form, and whether some of the outputs cannot be stored: they lie outside of the repository,
    /// or are a project's whole directory, or what cannot be written as such a pattern.
    func patterns(_ name: String, _ target: NxTarget) -> (patterns: [String], areOutside: Bool) {
        var included: [String] = [], excluded: [String] = []
        var areOutside = false
        for text in target.outputs ?? defaults(name, target) {
            let isExclusion = text.hasPrefix("!")
            for value in values(isExclusion ? String(text.dropFirst()) : text, target) {
                guard let below = relative(value) else {
                    areOutside = areOutside || !isExclusion
                    continue
                }
                // What is stored must be what is made: a glob that would say more or less is not used.
                guard let pattern = exact(below) else {
                    areOutside = true
                    continue
                }
                if isExclusion { excluded.append("!" + pattern) } else { included.append(pattern) }
            }
        }
        return (included + excluded, areOutside)
    }

    private func exact(_ text: String) -> String? {
        guard !text.contains("("), (try? Pattern(text.hasPrefix("/") ? String(text.dropFirst()) : text)) != nil else {
            return nil
        }
        return text
    }

    /// What Nx takes for the outputs of a target without any.
    private func defaults(_ name: String, _ target: NxTarget) -> [String] {
        if target.option("outputPath") != nil { return ["{options.outputPath}"] }
        guard name == "build" || name == "prepare" else { return [] }
        return ["{projectRoot}/dist", "{projectRoot}/build", "{projectRoot}/public"]
    }

    /// The texts that `text` stands for; none when it names an option that is not set.
    private func values(_ text: String, _ target: NxTarget) -> [String] {
        guard let start = text.firstRange(of: "{options."), let end = text[start.upperBound...].firstIndex(of: "}")
        else {
            return [text]
        }
        var node = target.effectiveOptions.last {
            $0.key == text[start.upperBound..<end].split(separator: ".").first ?? ""
        }?.node
        for key in text[start.upperBound..<end].split(separator: ".").dropFirst() { node = node?[String(key)] }
        let texts = node?.string.map { [$0] } ?? node?.array?.compactMap(\.string) ?? []
        return texts.map { text[..<start.lowerBound] + $0 + text[text.index(after: end)...] }
    }

    /// `text` from the project, or with a leading `/` from the root of the repository; `nil` when it holds a project. Without
    /// a token it is relative to the workspace.
    private func relative(_ text: String) -> String? {
        let relative = project.path.relative(to: workspace.root) ?? project.path
        let root = relative.isRoot ? "." : relative.description
        let full = text.replacing("{projectRoot}", with: root).replacing("{workspaceRoot}", with: ".")
            .replacing("{projectName}", with: project.name)
        guard !full.contains("{projectRoot"), let path = workspace.root.resolving(full), let text = path.utf8Text else {
            return nil
        }
        if let below = path.relative(to: project.path) { return below.isRoot ? nil : below.utf8Text }
        let isWild = path.components.first?.contains { "*?[{!".utf8.contains($0) } ?? true
        return isWild || project.path.isWithin(path) ? nil : "/" + text
    }
}
