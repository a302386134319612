internal import GitObjects
internal import WorkspaceModel

extension SwiftPackageBuilder {
    /// The edges of a package: the packages that some manifest of it names by path.
    mutating func addEdges(_ project: inout DiscoveredProject, _ package: SwiftPackageSurvey.Package) throws(GitError) {
        var edges: Set<DiscoveredDependency> = []
        for (path, manifest) in package.manifests {
            for dependency in manifest.localDependencies {
                let evidence = Evidence(path: path, line: dependency.line)
                let place = try survey.place(of: dependency.path, from: directory)
                switch place {
                case .outside:
                    survey.note(
                        evidence, "the package at '\(dependency.path)' is outside the repository: no edge")
                case .submodule(let barrier):
                    project.namedFiles.append(barrier)
                    survey.note(
                        evidence,
                        "the package at '\(dependency.path)' leads through the submodule '\(barrier)': no edge, but an input"
                    )
                case .directory(let target) where survey.isProject(target):
                    guard target != directory, let other = try survey.package(at: target) else { continue }
                    let use = use(of: dependency, at: target, other, in: manifest)
                    edges.insert(
                        DiscoveredDependency(
                            target: target, kind: use, passesToDependents: use != .development, evidence: evidence))
                case .directory(let target):
                    miss(dependency, at: target, evidence)
                }
            }
        }
        project.dependencies = edges.sorted {
            ($0.target, EdgeKind.allCases.firstIndex(of: $0.kind) ?? 0, $0.evidence.path, $0.evidence.line ?? 0)
                < ($1.target, EdgeKind.allCases.firstIndex(of: $1.kind) ?? 0, $1.evidence.path, $1.evidence.line ?? 0)
        }
    }

    /// A path that leads to no package: an error when the manifest surely asks for it.
    private mutating func miss(
        _ dependency: SwiftManifest.LocalDependency, at target: RepoPath, _ evidence: Evidence
    ) {
        if dependency.isConditional || evidence.path != manifestPath {
            survey.note(evidence, "there is no package at '\(dependency.path)' (\(target)): no edge")
        } else {
            errors.append(
                ConfigurationError(
                    path: evidence.path, line: evidence.line,
                    problem:
                        "the dependency is a project that does not exist: at '\(dependency.path)' (\(target)) there is "
                        + "no Package.swift. Correct the path, or remove the dependency."))
        }
    }

    // MARK: What a dependency is for

    /// For what the targets of `manifest` use a package: `development` when only tests do.
    private func use(
        of dependency: SwiftManifest.LocalDependency, at target: RepoPath, _ other: SwiftPackageSurvey.Package,
        in manifest: SwiftManifest
    ) -> EdgeKind {
        guard manifest.isComplete else { return .runtime }
        var names = other.names
        if let name = dependency.name { names.insert(name.lowercased()) }
        if let last = target.components.last { names.insert(String(decoding: last, as: UTF8.self).lowercased()) }
        let own = Set(manifest.targets.compactMap(\.name))
        var inTests = false, inPlugins = false
        for user in manifest.targets {
            for use in user.uses {
                guard SwiftPackageBuilder.may(use, mean: other, names, isRoot: target.isRoot, own) else { continue }
                if user.kind == .testTarget {
                    inTests = true
                } else if case .plugin = use {
                    inPlugins = true
                } else {
                    return .runtime
                }
            }
        }
        return inPlugins ? .build : inTests ? .development : .runtime
    }

    /// Whether a target's use may mean something of the package `other`, which goes by these names.
    private static func may(
        _ use: SwiftManifest.Use, mean other: SwiftPackageSurvey.Package, _ names: Set<String>, isRoot: Bool,
        _ own: Set<String>
    ) -> Bool {
        func offers(_ product: String) -> Bool {
            !other.isComplete || names.contains(product.lowercased())
                || other.manifests.contains { $0.manifest.products.contains { $0.name == product } }
        }
        switch use {
        case .unknown: return true
        case .target: return false
        case .byName(let name), .plugin(let name, package: nil): return !own.contains(name) && offers(name)
        case .product(let name, package: nil): return offers(name)
        case .product(_, let package?), .plugin(_, let package?):
            // The root goes by the name of the folder it is checked out in, which is not known.
            return isRoot || names.contains(package.lowercased())
        }
    }

    // MARK: Files elsewhere

    /// What the manifests name outside the package, and what links in the places of targets lead to.
    mutating func addNamedFiles(
        _ project: inout DiscoveredProject, _ package: SwiftPackageSurvey.Package
    ) throws(GitError) {
        for (path, manifest) in package.manifests {
            for text in manifest.outsidePaths {
                guard case .directory(let target) = try survey.place(of: text, from: directory) else { continue }
                if directory.isWithin(target) {
                    survey.note(
                        Evidence(path: path, line: nil), "'\(text)' is a folder around the package: not followed")
                } else if !target.isWithin(directory), try survey.tree.entry(target) != nil {
                    project.namedFiles.append(target)
                }
            }
            for target in manifest.targets {
                for place in SwiftPackageBuilder.places(of: target) { try follow(place, &project) }
            }
        }
    }

    /// Where a target's files may lie.
    private static func places(of target: SwiftManifest.Target) -> [String] {
        if let path = target.path { return [path] }
        guard let name = target.name else { return [] }
        switch target.kind {
        case .testTarget: return ["Tests", "Sources", "Source", "src", "srcs"].map { "\($0)/\(name)" }
        case .plugin: return ["Plugins/\(name)"]
        case .target, .executableTarget, .macro, .systemLibrary:
            return ["Sources", "Source", "src", "srcs"].map { "\($0)/\(name)" }
        case .binaryTarget: return []
        }
    }

    /// Names what a link leads to that stands in the place of a target or just below it.
    private func follow(_ place: String, _ project: inout DiscoveredProject) throws(GitError) {
        guard let start = directory.resolving(place), start.isWithin(directory),
            case .directory(let target) = try survey.place(of: start)
        else { return }
        if target != start, !target.isWithin(directory), try survey.tree.entry(target) != nil {
            project.namedFiles.append(target)
        }
        guard let contents = try survey.tree.directory(target) else { return }
        for entry in contents.entries where entry.mode == .symlink {
            let link = target.appending(contents.name(of: entry))
            guard case .directory(let leads) = try survey.place(of: link), !leads.isWithin(directory),
                !directory.isWithin(leads), try survey.tree.entry(leads) != nil
            else { continue }
            project.namedFiles.append(leads)
        }
    }
}
