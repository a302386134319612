internal import GitObjects
internal import WorkspaceModel

/// The files that projects import and that count through what they say: element by element, and a `PackageVersion` for
/// those who use its package.
///
/// An imported file counts as bytes instead where it lies in a project, because it is one of that project's files and may
/// be packed or copied as well; only files that MSBuild finds by their name are for nothing else. So does a link.
struct DotNetStructure {
    let files: Set<RepoPath>
    private static let names: Set<String> = [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props",
    ]
    private let parts: [RepoPath: [MSBuildFile.Element]]

    init(_ survey: DotNetSurvey) {
        var importers: [RepoPath: Set<RepoPath>] = [:]
        for (directory, projects) in survey.homes {
            for project in projects {
                for file in survey.evaluation(of: project).imports { importers[file, default: []].insert(directory) }
            }
        }
        var files: Set<RepoPath> = [], parts: [RepoPath: [MSBuildFile.Element]] = [:]
        for (path, directories) in importers {
            let owner = survey.home(around: path)
            let isBuildFile = DotNetStructure.names.contains(String(decoding: path.lastComponent, as: UTF8.self))
            guard owner.map({ isBuildFile && directories.contains($0) }) ?? true,
                survey.places.find(path)?.mode.isFile == true,
                case .read(let file) = survey.file(path)
            else { continue }
            files.insert(path)
            parts[path] = file.elements
        }
        self.files = files
        self.parts = parts
    }

    /// Which packages' versions count for a project.
    enum Packages {
        case all
        case named(Set<String>)

        func include(_ name: String) -> Bool {
            switch self {
            case .all: true
            case .named(let names): names.contains(name)
            }
        }
    }

    /// What a file contributes to a project that imports it, sorted by field; what is said twice of one field counts
    /// together, in order.
    func digests(of path: RepoPath, _ packages: Packages) -> [StructuralDigest] {
        var fields: [String: (line: Int, texts: [String])] = [:]
        for element in parts[path] ?? [] {
            let names = element.packages?.filter { packages.include($0) }.map { "PackageVersion \($0)" }
            for field in names ?? [element.field] {
                fields[field, default: (element.line, [])].texts.append(element.text)
            }
        }
        return fields.sorted { $0.key < $1.key }.map {
            StructuralDigest(
                path: path, line: $0.value.line, field: $0.key, digest: $0.value.texts.joined(separator: "\n"))
        }
    }
}
