internal import GitObjects
internal import WorkspaceModel

/// A `ProjectReference`, or another item that leads to what another project makes.
struct DotNetReference {
    var kind: EdgeKind
    /// The project files it means; several where it is a pattern or is not known exactly.
    var projects: [RepoPath] = []
    /// Files and directories of other kinds of projects, and submodules.
    var others: [RepoPath] = []
    /// Set when it may mean any project.
    var problem: String?
    /// Whether it counts under all conditions.
    var isSure: Bool
    var evidence: Evidence

    /// The references of a project, in order; what is surely removed again is not among them.
    static func all(in evaluation: MSBuildEvaluation, _ survey: DotNetSurvey) -> [DotNetReference] {
        var found: [DotNetReference] = []
        for item in evaluation.items where item.item.type.lowercased() == "projectreference" {
            if let include = item.item.include {
                let finder = DotNetReferenceFinder(
                    survey: survey, directory: evaluation.directory, evidence: item.evidence)
                for text in parts(include) {
                    var reference = finder.reference(to: text, kind: kind(of: item))
                    reference.isSure = item.isSure
                    found.append(reference)
                }
            }
            guard let remove = item.item.remove, item.isSure else { continue }
            for text in parts(remove) {
                guard case .inside(let path) = survey.places.place(text, from: evaluation.directory),
                    let file = survey.places.find(path)?.path
                else { continue }
                for index in found.indices { found[index].projects.removeAll { $0 == file } }
            }
        }
        found += targetReferences(evaluation, survey)
        return found.filter { !$0.projects.isEmpty || !$0.others.isEmpty || $0.problem != nil }
    }

    /// The projects that targets build or run, as a generator of code is.
    private static func targetReferences(
        _ evaluation: MSBuildEvaluation, _ survey: DotNetSurvey
    ) -> [DotNetReference] {
        evaluation.texts.filter(\.isTarget).flatMap { text in
            text.words.compactMap { word -> DotNetReference? in
                let name = word.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
                guard DotNetNames.isProject(name),
                    let file = survey.file(named: word, from: evaluation.directory, text.evidence)
                else { return nil }
                return DotNetReference(kind: .build, projects: [file], isSure: true, evidence: text.evidence)
            }
        }
    }

    static func parts(_ list: String) -> [String] {
        list.split(separator: ";").map { String(MSBuildScanner.trimmed($0)) }.filter { !$0.isEmpty }
    }

    /// An analyzer, or what only has to be there, is used by the build and is no part of what it makes.
    private static func kind(of item: MSBuildEvaluation.Item) -> EdgeKind {
        let isAnalyzer = item.item.metadata["outputitemtype"]?.lowercased() == "analyzer"
        let isLinked = item.item.metadata["referenceoutputassembly"]?.lowercased() != "false"
        return isAnalyzer || !isLinked ? .build : .runtime
    }
}

/// Finds what the text of one reference means.
private struct DotNetReferenceFinder {
    let survey: DotNetSurvey
    let directory: RepoPath
    let evidence: Evidence

    func reference(to text: String, kind: EdgeKind) -> DotNetReference {
        var result = DotNetReference(kind: kind, isSure: true, evidence: evidence)
        let isPattern = MSBuildGlob.isOpen(text.replacing(MSBuildProperties.unknown, with: ""))
        if isPattern {
            // Below the project's own directory too.
            let glob = MSBuildGlob(places: survey.places, home: RepoPath("\u{0}"))
            let base = MSBuildProperties.root + (directory.isRoot ? "" : "/\(directory)") + "/"
            let absolute = text.contains(MSBuildProperties.root) ? text : base + text
            if let paths = glob.select(absolute) {
                for path in paths { take(path, &result) }
                return result
            }
        } else if let path = survey.file(named: text, from: directory, evidence) {
            take(path, &result)
            return result
        }
        if text.contains(MSBuildProperties.unknown) {
            guess(text, &result)
        } else if case .inside(let path) = survey.places.place(text, from: directory) {
            if let submodule = survey.places.submodule(holding: path) {
                result.others.append(submodule)
            } else {
                note("the project '\(path)' does not exist")
            }
        } else {
            note("'\(shown(text))' lies outside of the repository")
        }
        return result
    }

    private func take(_ path: RepoPath, _ result: inout DotNetReference) {
        if DotNetNames.isProject(String(decoding: path.lastComponent, as: UTF8.self)) {
            result.projects.append(path)
        } else if let home = path.parent {
            // Of another kind: all in its directory counts, unless that holds this project.
            result.others.append(directory.isWithin(home) ? path : home)
        }
    }

    /// A property is not known: as MSBuild does, it is taken for empty; else every project of the name counts.
    private func guess(_ text: String, _ result: inout DotNetReference) {
        let emptied = text.replacing(MSBuildProperties.unknown, with: "")
        if let path = survey.file(named: emptied, from: directory, evidence) {
            take(path, &result)
            return
        }
        let name = text.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? text
        let known = name.replacing(MSBuildProperties.unknown, with: "")
        let candidates =
            DotNetNames.isProject(known)
            ? survey.projects(named: name.replacing(MSBuildProperties.unknown, with: "*")) : []
        if candidates.isEmpty {
            let place = evidence.line.map { "\(evidence.path):\($0)" } ?? "\(evidence.path)"
            result.problem = "\(place): the reference '\(shown(text))' has a property that is not known here"
        } else {
            result.projects += candidates
            note(
                "the reference '\(shown(text))' has a property that is not known here: every project of that name counts"
            )
        }
    }

    private func shown(_ text: String) -> String {
        text.replacing(MSBuildProperties.unknown, with: "?").replacing(MSBuildProperties.root, with: "")
    }

    private func note(_ message: String) { survey.note(Diagnostic(evidence: evidence, message: message)) }
}
