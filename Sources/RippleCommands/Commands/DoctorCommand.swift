internal import ArgumentParser
internal import BuildReports
internal import ChangeDetection
internal import Diagnostics
internal import GitObjects
internal import Glibc
internal import LocalStore
internal import ProjectDiscovery
internal import WorkspaceModel

struct DoctorCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what of git, the repository, CI and the cache works here.",
        discussion: "Exits with 3 when something has to be mended.")

    @Option(name: .customLong("format"), help: ArgumentHelp("The form of the answer.", valueName: "text|json"))
    var format: TextOrJSON = .text

    @OptionGroup var output: OutputOptions

    func answer(_ context: ProcessContext, _ console: Console) throws {
        var facts = [DoctorCommand.git(), .init("libgit2", .ok, Repository.libgit2Version)]
        do throws(GitError) {
            let repository = try Repository.open(at: currentDirectory(), environment: context.environment)
            facts += RepositorySurvey(of: repository, environment: context.environment).facts
        } catch {
            facts.append(.init("repository", .problem, error.message))
        }
        facts += DoctorCommand.workspace(context)
        facts.append(DoctorCommand.event(context))
        facts.append(DoctorCommand.cache(context))
        let document = DoctorDocument(facts)
        if format == .json { try console.answer(document.json()) } else { try console.answer(document.lines()) }
        if facts.contains(where: { $0.state == .problem }) { throw ExitWith(code: 3) }
    }

    private static func git() -> RepositorySurvey.Fact {
        guard let version = GitProgram.version() else {
            return .init(
                "git", .problem, "there is no git program",
                advice: "install it: merges, clean filters, partial clones, --deepen and some formats need it")
        }
        let parts = version.split(separator: ".").prefix(2).compactMap { Int($0) }
        let isOld = parts.count == 2 && (parts[0], parts[1]) < (2, 38)
        return .init(
            "git", isOld ? .note : .ok, version,
            advice: isOld ? "from 2.38 on git merges in memory; until then libgit2 does, which sees fewer renames" : nil
        )
    }

    /// What of the manifests and the configuration of other tools is not understood, place by place. Nothing for a
    /// repository that cannot be read, which is said elsewhere.
    private static func workspace(_ context: ProcessContext) -> [RepositorySurvey.Fact] {
        guard let tree = try? ComparedVersions.sourceOnDisk(context) else { return [] }
        let workspace: Workspace
        do throws(WorkspaceError) {
            workspace = try WorkspaceReader().read(tree)
        } catch {
            return [.init("workspace", .problem, error.message)]
        }
        let projects = counted(workspace.projects.count { !$0.onlyGathers }, "project")
        let tasks = counted(workspace.projects.reduce(0) { $0 + $1.tasks.count }, "task")
        let places = workspace.diagnostics.map { diagnostic in
            let line = diagnostic.evidence.line.map { ":\($0)" } ?? ""
            return "\(diagnostic.evidence.path)\(line): \(diagnostic.message)"
        }
        let facts = [RepositorySurvey.Fact("workspace", .ok, "\(projects), \(tasks)")]
        return facts + (workspace.widenings.map(\.message) + places).map { .init("workspace", .note, $0) }
    }

    private static func event(_ context: ProcessContext) -> RepositorySurvey.Fact {
        var request = ComparisonRequest()
        request.environment = context.environment
        request.eventPayload = context.eventPayload
        guard let event = request.describedEvent else {
            return .init(
                "CI", .ok, context.value("RIPPLE_CI") == "none" ? "switched off by RIPPLE_CI" : "not on a CI system")
        }
        return .init("CI", .ok, event)
    }

    private static func cache(_ context: ProcessContext) -> RepositorySurvey.Fact {
        let root = context.cacheDirectory
        let stats = LocalStore(root: root).stats()
        let content = "\(counted(stats.records, "result")), \(counted(stats.blobs, "blob"))"
        // The nearest directory that exists says whether the cache can be made or written.
        var place = root
        while access(place, F_OK) != 0, let slash = place.lastIndex(of: "/"), slash > place.startIndex {
            place = String(place[..<slash])
        }
        guard access(place, W_OK) == 0 else {
            return .init(
                "cache", .problem, "\(root) cannot be written: \(String(cString: strerror(errno)))",
                advice: "name another place in RIPPLE_CACHE_DIR")
        }
        return .init("cache", .ok, "\(root): \(content)")
    }
}
