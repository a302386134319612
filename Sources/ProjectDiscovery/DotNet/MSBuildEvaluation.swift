internal import GitObjects
internal import WorkspaceModel

/// What one project file says together with all it imports from the repository.
struct MSBuildEvaluation {
    /// One item, before its paths are resolved.
    struct Item {
        var item: MSBuildFile.Item
        var evidence: Evidence
        /// Whether the item counts; what surely does not is left out.
        var isSure: Bool
        /// Whether it counts when nothing outside the repository sets a property.
        var isLikely: Bool
    }

    /// A text that may name files, with the line it stands in.
    struct Text {
        var text: String
        var evidence: Evidence
        /// Whether a target says it, and no property.
        var isTarget: Bool

        /// The parts that may be paths outside of the project's directory.
        var words: [String] {
            // A path may hold spaces.
            let whole = text.utf8.count < 1024 ? [text] : []
            return (text.split(whereSeparator: { ";\"'`|&<>= \t\n\r,".contains($0) }).map(String.init) + whole)
                .filter { $0.contains(MSBuildProperties.root) || $0.contains("..") }
        }
    }

    let project: RepoPath
    var properties: MSBuildProperties
    var items: [Item] = []
    /// Values of properties and texts of targets.
    var texts: [Text] = []
    /// The files it imports, in order, each once.
    var imports: [RepoPath] = []
    /// What links among these files, or the project itself, lead to.
    var links: [RepoPath] = []
    var sdks: Set<String> = []
    /// Whether something is imported that may lie in the repository and was not found.
    var isOpen = false
    /// Why a file cannot be read, with its place.
    var problem: String?
    var diagnostics: [Diagnostic] = []

    var directory: RepoPath { project.parent ?? .root }

    /// The values of a property when nothing outside the repository sets one, in lower case.
    func likely(_ name: String) -> [String] { properties[name]?.likely.map { $0.lowercased() } ?? [] }

    /// The packages it names itself, in lower case.
    var packages: Set<String> {
        Set(items.filter { $0.item.type.lowercased() == "packagereference" }.flatMap { names($0) })
    }

    /// The names an item includes, without what is not known, in lower case.
    func names(_ item: Item) -> [String] {
        let texts = [item.item.include, item.item.update].compactMap(\.self)
        return texts.flatMap { properties.expand($0) }.flatMap { $0.split(separator: ";") }
            .map { MSBuildScanner.trimmed($0).lowercased() }.filter { !$0.isEmpty }
    }
}

/// Reads a project file and what it imports, in MSBuild's order: properties as they come, then items with the last values.
///
/// The parts of SDKs are not read, except that they import Directory.Build.props, Directory.Packages.props and
/// Directory.Build.targets; projects in the old format do so too, through Microsoft.Common.props.
struct MSBuildEvaluator {
    let survey: DotNetSurvey
    private var result: MSBuildEvaluation
    private var pending: [(statement: MSBuildFile.Statement, file: RepoPath, sure: Bool, likely: Bool)] = []
    private var targets: [(text: String, file: RepoPath, line: Int)] = []
    private var imported: Set<RepoPath> = []
    private var depth = 0
    private static let mostFiles = 512

    static func evaluate(_ project: RepoPath, _ survey: DotNetSurvey) -> MSBuildEvaluation {
        var evaluator = MSBuildEvaluator(project, survey)
        evaluator.run()
        return evaluator.result
    }

    private init(_ project: RepoPath, _ survey: DotNetSurvey) {
        self.survey = survey
        let functions = MSBuildFunctions(places: survey.places)
        result = MSBuildEvaluation(project: project, properties: MSBuildProperties(functions: functions))
    }

    private mutating func run() {
        setProjectProperties()
        importAbove("Directory.Build.props", unless: "DirectoryBuildPropsPath")
        importAbove("Directory.Packages.props", unless: "DirectoryPackagesPropsPath")
        read(result.project, isSure: true, isLikely: true)
        importAbove("Directory.Build.targets", unless: "DirectoryBuildTargetsPath")
        finish()
    }

    // MARK: Properties

    private mutating func define(_ name: String, _ texts: [String]) {
        result.properties.set(name, texts, isSure: true, isLikely: true)
    }

    private static func text(_ path: RepoPath) -> String { MSBuildProperties.root + (path.isRoot ? "" : "/\(path)") }

    private mutating func setProjectProperties() {
        let project = result.project, directory = MSBuildEvaluator.text(result.directory)
        let file = String(decoding: project.lastComponent, as: UTF8.self), stem = DotNetNames.stem(project)
        define("MSBuildProjectDirectory", [directory])
        define("ProjectDir", [directory + "/"])
        for name in ["MSBuildProjectFile", "ProjectFileName"] { define(name, [file]) }
        for name in ["MSBuildProjectName", "ProjectName"] { define(name, [stem]) }
        define("MSBuildProjectExtension", [String(file.dropFirst(stem.count))])
        define("MSBuildProjectFullPath", [MSBuildEvaluator.text(project)])
        let solutions = survey.solutionDirectories(of: project)
        if !solutions.isEmpty { define("SolutionDir", solutions.map { MSBuildEvaluator.text($0) + "/" }) }
    }

    private mutating func enter(_ file: RepoPath) {
        let directory = MSBuildEvaluator.text(file.parent ?? .root)
        let name = String(decoding: file.lastComponent, as: UTF8.self), stem = DotNetNames.stem(file)
        define("MSBuildThisFileDirectory", [directory + "/"])
        define("MSBuildThisFile", [name])
        define("MSBuildThisFileName", [stem])
        define("MSBuildThisFileExtension", [String(name.dropFirst(stem.count))])
        define("MSBuildThisFileFullPath", [MSBuildEvaluator.text(file)])
    }

    private func truth(_ conditions: [MSBuildFile.Condition], undefinedIsEmpty: Bool) -> MSBuildTruth {
        var all = MSBuildTruth.yes
        for condition in conditions {
            let truth = MSBuildCondition.evaluate(
                condition.text, result.properties, undefinedIsEmpty: undefinedIsEmpty
            ) { path in
                switch survey.places.place(path, from: result.directory) {
                case .inside(let place):
                    if survey.places.find(place) != nil { return .yes }
                    // A build may make it.
                    return undefinedIsEmpty ? .no : .unknown
                case .outside, .unknown: return .unknown
                }
            }
            all = all.and(condition.isNegated ? !truth : truth)
        }
        return all
    }

    // MARK: Files

    private mutating func importAbove(_ name: String, unless property: String) {
        for text in result.properties[property]?.texts ?? [] {
            if case .inside(let path) = survey.places.place(text, from: result.directory) {
                read(path, isSure: false, isLikely: true)
            }
        }
        if let path = survey.places.fileAbove(name, result.directory) { read(path, isSure: true, isLikely: true) }
    }

    private mutating func read(_ path: RepoPath, isSure: Bool, isLikely: Bool) {
        guard imported.count < MSBuildEvaluator.mostFiles, depth < 48 else {
            result.problem = result.problem ?? "\(result.project): it imports too many files"
            return
        }
        guard imported.insert(path).inserted else { return }
        if path != result.project { result.imports.append(path) }
        if let target = survey.places.file(path)?.path, target != path { result.links.append(target) }
        let file: MSBuildFile
        switch survey.file(path) {
        case .absent: return
        case .broken(let problem):
            result.problem =
                result.problem ?? "\(problem.line.map { "\(path):\($0)" } ?? "\(path)"): \(problem.problem)"
            return
        case .read(let read): file = read
        }
        depth += 1
        enter(path)
        result.sdks.formUnion(file.sdks)
        for text in file.targetTexts { targets.append((text.text, path, text.line)) }
        for statement in file.statements { take(statement, path, isSure, isLikely) }
        depth -= 1
    }

    private mutating func take(
        _ statement: MSBuildFile.Statement, _ file: RepoPath, _ isSure: Bool, _ isLikely: Bool
    ) {
        if case .item = statement.content {
            pending.append((statement, file, isSure, isLikely))
            return
        }
        let strict = truth(statement.conditions, undefinedIsEmpty: false)
        guard strict != .no else { return }
        let sure = isSure && strict == .yes
        let likely = isLikely && truth(statement.conditions, undefinedIsEmpty: true) == .yes
        switch statement.content {
        case .property(let name, let value):
            let texts = result.properties.expand(value)
            result.properties.set(name, texts, isSure: sure, isLikely: likely)
            keep(texts, Evidence(path: file, line: statement.line), isTarget: false)
        case .importing(let project, let sdk):
            if let sdk { result.sdks.formUnion(MSBuildFile.sdkNames(sdk)) }
            guard let project else { return }
            follow(project, statement, file, sure, likely)
            enter(file)
        case .item: break
        }
    }

    private mutating func follow(
        _ project: String, _ statement: MSBuildFile.Statement, _ file: RepoPath, _ isSure: Bool, _ isLikely: Bool
    ) {
        let texts = result.properties.expand(project).flatMap { $0.split(separator: ";").map(String.init) }
        let base = file.parent ?? .root
        var isFound = false
        for text in texts {
            if MSBuildGlob.isOpen(text), !text.contains(MSBuildProperties.unknown) {
                // No directory is home here: what lies beside the importing file counts too.
                let glob = MSBuildGlob(places: survey.places, home: RepoPath("\u{0}"))
                let absolute = text.contains(MSBuildProperties.root) ? text : MSBuildEvaluator.text(base) + "/" + text
                for path in glob.select(absolute) ?? [] { read(path, isSure: false, isLikely: isLikely) }
                isFound = true
                continue
            }
            guard case .inside(let path) = survey.places.place(text, from: base),
                let found = survey.places.find(path), found.mode != .directory
            else { continue }
            if found.isRespelled { note(file, statement.line, "'\(path)' is spelled '\(found.path)' here") }
            isFound = true
            read(found.path, isSure: isSure && texts.count == 1, isLikely: isLikely && texts.count == 1)
        }
        if !isFound { missed(project, texts, statement, file) }
    }

    /// Decides what an import means that leads to no file. What SDKs, packages and the build itself bring is no matter.
    private mutating func missed(
        _ project: String, _ texts: [String], _ statement: MSBuildFile.Statement, _ file: RepoPath
    ) {
        let name = String(project.split { $0 == "/" || $0 == "\\" }.last ?? "")
        guard !name.hasPrefix("Microsoft."), !project.lowercased().contains("packages"), !project.isEmpty,
            !["Sdk.props", "Sdk.targets"].contains(name)
        else { return }
        guard texts.contains(where: { $0.contains(MSBuildProperties.unknown) }) else {
            // The empty text is what a search upwards gives that finds nothing.
            if statement.conditions.isEmpty, texts != [""] {
                note(file, statement.line, "the import '\(project)' is not in the repository")
            }
            return
        }
        guard !name.contains("("), !name.isEmpty else {
            result.isOpen = true
            return
        }
        let candidates = survey.places.buildFiles(named: name)
        guard !candidates.isEmpty else { return }
        result.isOpen = true
        note(
            file, statement.line,
            "the import '\(project)' has a property that is not known here: every file of that name counts")
        for candidate in candidates { read(candidate, isSure: false, isLikely: false) }
    }

    private mutating func note(_ file: RepoPath, _ line: Int, _ message: String) {
        result.diagnostics.append(Diagnostic(evidence: Evidence(path: file, line: line), message: message))
    }

    // MARK: Items

    private mutating func finish() {
        var current: RepoPath?
        for (statement, file, isSure, isLikely) in pending {
            guard case .item(var item) = statement.content else { continue }
            if current != file { enter(file) }
            current = file
            let strict = truth(statement.conditions, undefinedIsEmpty: false)
            guard strict != .no else { continue }
            let likely = isLikely && truth(statement.conditions, undefinedIsEmpty: true) == .yes
            // Texts are made whole here, while it is known which file they stand in.
            item.include = item.include.map { joined($0) }
            item.update = item.update.map { joined($0) }
            item.remove = item.remove.map { joined($0) }
            item.metadata = item.metadata.mapValues { joined($0) }
            result.items.append(
                MSBuildEvaluation.Item(
                    item: item, evidence: Evidence(path: file, line: statement.line), isSure: isSure && strict == .yes,
                    isLikely: likely))
        }
        for (text, file, line) in targets {
            if current != file { enter(file) }
            current = file
            keep(result.properties.expand(text), Evidence(path: file, line: line), isTarget: true)
        }
    }

    private func joined(_ text: String) -> String { result.properties.expand(text).joined(separator: ";") }

    /// Keeps texts that lead out of the project's directory.
    private mutating func keep(_ texts: [String], _ evidence: Evidence, isTarget: Bool) {
        for text in texts where text.contains(MSBuildProperties.root) || text.contains("..") {
            result.texts.append(MSBuildEvaluation.Text(text: text, evidence: evidence, isTarget: isTarget))
        }
    }
}
