internal import GitObjects

/// One Gradle build: what one settings script gathers, or a single project without one.
final class GradleBuild {
    /// A project of the build.
    struct Member {
        /// `:a:b`; the root project's is `:`.
        var path: String
        var name: String
        var directory: RepoPath
        /// The script that configures it, if there is one.
        var script: RepoPath?
        /// A script that is a link: what it leads to is not followed.
        var link: RepoPath?
        /// The line of the settings that includes it.
        var line: Int?

        /// The paths of the projects around it, the nearest first; the root project's is last.
        var ancestors: [String] {
            var parts = path.split(separator: ":").map(String.init), found: [String] = []
            while parts.popLast() != nil { found.append(":" + parts.joined(separator: ":")) }
            return found
        }
    }

    let directory: RepoPath
    /// The settings script; `nil` for a project that stands alone.
    let settingsPath: RepoPath?
    var settings = GradleSettings()
    /// Why the settings cannot be read.
    var problem: GradleProblem?
    var members: [String: Member] = [:]
    /// Scripts that the settings apply.
    var settingsScripts: [RepoPath] = []
    /// Whether code decides which projects there are: all that look like one were taken.
    var isComputed = false
    /// The builds this one includes, with the line that does.
    var included: [(directory: RepoPath, line: Int)] = []
    /// Whether another build includes this one.
    var isIncluded = false
    /// The catalogs by name; the file is `nil` when there is none to read.
    var catalogs: [String: RepoPath?] = [:]
    /// Those that can be read.
    var readCatalogs: [String: (path: RepoPath, catalog: GradleCatalog)] = [:]

    init(directory: RepoPath, settingsPath: RepoPath?) {
        self.directory = directory
        self.settingsPath = settingsPath
    }

    /// The members by their path.
    var sorted: [Member] { members.values.sorted { $0.path < $1.path } }

    /// The project that a type-safe accessor names, without `projects`: the longest name that fits, as members of the
    /// project may follow. Accessors spell `foo-bar` as `fooBar`.
    func member(accessor names: [String]) -> Member? {
        var names = names.map(GradleBuild.spelled)[...]
        while !names.isEmpty {
            if let found = accessors[names.joined(separator: ".")] { return found }
            names = names.dropLast()
        }
        return nil
    }

    private lazy var accessors: [String: Member] = {
        var found: [String: Member] = [:]
        for member in sorted {
            var parts = member.path.split(separator: ":").map { GradleBuild.spelled(String($0)) }
            // A project that was given another name goes by it.
            if !parts.isEmpty { parts[parts.count - 1] = GradleBuild.spelled(member.name) }
            let key = parts.joined(separator: ".")
            if found[key] == nil { found[key] = member }
            let root = GradleBuild.spelled(settings.rootName ?? "")
            if member.path == ":" { found[root] = member } else if !root.isEmpty { found["\(root).\(key)"] = member }
        }
        return found
    }()

    private static func spelled(_ name: String) -> String {
        String(name.lowercased().filter { $0 != "-" && $0 != "_" && $0 != "." && $0 != " " })
    }

    /// The project with this path, or with the name it was given in the settings.
    func member(path: String) -> Member? {
        if let found = members[path] { return found }
        let whole = ":" + path.drop { $0 == ":" }
        return members[whole] ?? renamed[whole]
    }

    /// The projects by the paths they have after they, or projects around them, were given other names.
    private lazy var renamed: [String: Member] = {
        var found: [String: Member] = [:]
        if settings.names.isEmpty { return found }
        for member in sorted {
            var path = "", renamed = ""
            for part in member.path.split(separator: ":") {
                path += ":\(part)"
                renamed += ":\(settings.names[path] ?? String(part))"
            }
            if renamed != path, found[renamed] == nil { found[renamed] = member }
        }
        return found
    }()
}
