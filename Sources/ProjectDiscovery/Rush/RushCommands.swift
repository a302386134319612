internal import GitObjects
internal import JSONText
internal import WorkspaceModel

/// A unit of work that Rush does in each project: a phase, or a bulk command, which is a phase of its own.
struct RushPhase {
    var name: String
    /// The script of package.json that it runs.
    var script: String
    /// Phases of the same project, and of the projects it depends on, that come first.
    var needsOwn: [String] = []
    var needsUpstream: [String] = []
    /// What a bulk command runs in place of a script.
    var shellCommand: String?
    var isCached = true
    var evidence: Evidence
}

/// What Ripple reads of common/config/rush/command-line.json: https://rushjs.io/pages/configs/command-line_json/
struct RushCommands {
    static let path = RushWorkspace.folder.appending("command-line.json")

    var phases: [String: RushPhase] = [:]
    /// Phased commands: the phases of each, and where it is defined.
    var commands: [String: (phases: [String], evidence: Evidence)] = [:]
    /// Global commands by name: what the shell runs, once, at the root of the repository.
    var global: [String: (shellCommand: String, evidence: Evidence)] = [:]
    var diagnostics: [Diagnostic] = []

    /// The commands of a repository without a file of its own: `build`, each project after those it depends on.
    init() {
        phases["build"] = RushPhase(
            name: "build", script: "build", needsUpstream: ["build"], evidence: Evidence(path: RushFile.path, line: nil)
        )
    }

    static func parse(_ bytes: [UInt8]) throws(ConfigurationError) -> RushCommands {
        let document = try RushFile.document(bytes, at: path)
        var result = RushCommands()
        for node in document.root["phases"]?.array ?? [] { result.addPhase(node, document) }
        for node in document.root["commands"]?.array ?? [] { result.addCommand(node, document) }
        return result
    }

    private mutating func addPhase(_ node: JSONNode, _ document: JSONDocument) {
        let evidence = Evidence(path: RushCommands.path, line: document.position(of: node.offset).line)
        guard let name = node["name"]?.string else { return note(evidence, "a phase needs a 'name'; it is ignored") }
        func names(_ key: String) -> [String] { (node["dependencies"]?[key]?.array ?? []).compactMap(\.string) }
        phases[name] = RushPhase(
            name: name, script: name, needsOwn: names("self"), needsUpstream: names("upstream"), evidence: evidence)
    }

    private mutating func addCommand(_ node: JSONNode, _ document: JSONDocument) {
        let evidence = Evidence(path: RushCommands.path, line: document.position(of: node.offset).line)
        guard let name = node["name"]?.string else { return note(evidence, "a command needs a 'name'; it is ignored") }
        switch node["commandKind"]?.string {
        case "phased":
            commands[name] = ((node["phases"]?.array ?? []).compactMap(\.string), evidence)
            if name == "build" { phases["build"] = nil }
        case "bulk":
            // `rebuild` runs the script of `build` again.
            guard name != "rebuild" else { return }
            var phase = RushPhase(name: name, script: name, evidence: evidence)
            if node["ignoreDependencyOrder"]?.bool != true { phase.needsUpstream = [name] }
            phase.shellCommand = node["shellCommand"]?.string
            // Rush keeps results of `build` alone, unless a command is incremental.
            phase.isCached =
                (name == "build" || node["incremental"]?.bool == true) && node["disableBuildCache"]?.bool != true
            phases[name] = phase
        case "global":
            guard let shellCommand = node["shellCommand"]?.string, RushCommands.isTaskName(name) else {
                return note(
                    evidence, "the global command '\(name)' has no 'shellCommand', or a name that no task can have")
            }
            global[name] = (shellCommand, evidence)
            if let folder = node["autoinstallerName"]?.string {
                note(
                    evidence,
                    "the programs of the autoinstaller '\(folder)' must be installed before '\(name)' runs, which Rush does itself"
                )
            }
        default: note(evidence, "the kind of the command '\(name)' is not known; it is ignored")
        }
    }

    private static func isTaskName(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("-") && !name.contains("#") && !name.contains(where: \.isWhitespace)
    }

    private mutating func note(_ evidence: Evidence, _ message: String) {
        diagnostics.append(Diagnostic(evidence: evidence, message: message))
    }
}
