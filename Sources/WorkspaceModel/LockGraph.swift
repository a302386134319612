package import GitObjects
internal import ProjectGraph

/// What a lockfile resolves: packages from outside the workspace, and which of them each one uses.
///
/// Every reader of a lockfile makes one of these. The digest of a package covers all that it reaches, so that two digests
/// are equal exactly when everything below is: a transitive edge that points elsewhere counts, a package that nobody
/// reaches does not.
package final class LockGraph: Sendable {
    package struct Package: Sendable, Equatable {
        package var name: String
        /// The version as people know it.
        package var version: String
        /// Everything else that decides what is installed, as text: source, integrity, patch, features. Equal content,
        /// equal text.
        package var identity: String
        /// Numbers of the packages it uses, each with the name it uses it under; any order.
        package var dependencies: [Use]

        package init(name: String, version: String, identity: String, dependencies: [Use] = []) {
            self.name = name
            self.version = version
            self.identity = identity
            self.dependencies = dependencies
        }
    }

    /// One use of a package: by another one, or by a project.
    package struct Use: Sendable, Hashable {
        /// The name it is imported under, which an alias makes different from the package's own.
        package var name: String
        package var package: Int

        package init(_ name: String, _ package: Int) {
            self.name = name
            self.package = package
        }
    }

    package let packages: [Package]
    private let digests: [ObjectID]

    /// Uses that name no package are dropped.
    package init(_ packages: [Package]) {
        self.packages = packages.map { package in
            var package = package
            package.dependencies = Array(Set(package.dependencies.filter { packages.indices.contains($0.package) }))
                .sorted { ($0.name, $0.package) < ($1.name, $1.package) }
            return package
        }
        digests = LockGraph.digests(self.packages)
    }

    /// Digests everything a package reaches. Packages that use each other in a circle are digested together.
    private static func digests(_ packages: [Package]) -> [ObjectID] {
        var digests = [ObjectID](repeating: ObjectFormat.sha256.emptyBlob, count: packages.count)
        func own(_ number: Int) -> String {
            let package = packages[number]
            return "\(package.name)\u{0}\(package.version)\u{0}\(package.identity)\u{0}"
        }
        // Components come with what they use before them.
        for component in stronglyConnectedComponents(
            count: packages.count, successors: { packages[$0].dependencies.map(\.package) })
        {
            let members = Set(component)
            var text = ""
            for number in component.sorted(by: { own($0) < own($1) }) {
                text += own(number)
                for use in packages[number].dependencies {
                    let target =
                        members.contains(use.package) ? own(use.package) : digests[use.package].description
                    text += "\(use.name)\u{0}\(target)\u{0}"
                }
                text += "\u{0}"
            }
            for number in component {
                let named = component.count == 1 ? text : text + own(number)
                digests[number] = ObjectFormat.sha256.id(of: Array(named.utf8), kind: .blob)
            }
        }
        return digests
    }

    /// The digest of what a project uses and all that this reaches.
    package func digest(of uses: [Use]) -> String {
        let lines = Set(uses).filter { packages.indices.contains($0.package) }
            .map { "\($0.name)\u{0}\(digests[$0.package])\u{0}" }.sorted()
        return ObjectFormat.sha256.id(of: Array(lines.joined().utf8), kind: .blob).description
    }
}

/// The part of a lockfile's graph that one project uses, to tell what changed when its digest did.
package struct LockResolution: Sendable {
    package let graph: LockGraph
    package let uses: [LockGraph.Use]

    package init(graph: LockGraph, uses: [LockGraph.Use]) {
        self.graph = graph
        self.uses = uses
    }

    /// A package that differs between two resolutions.
    package struct Difference: Sendable, Hashable {
        package let package: String
        /// The versions on each side, several joined by `, `; `nil` where there is none. Equal texts mean that the version
        /// is the same and its content or what it uses is not.
        package let from: String?
        package let to: String?
        /// The names from the project's own dependency to the package.
        package let via: [String]
    }

    /// The packages whose versions, contents or uses differ, sorted by name.
    ///
    /// A package that differs only in what it uses is left out when something below it is named.
    package func differences(from base: LockResolution) -> [Difference] {
        let old = base.reached(), new = reached()
        var found: [Difference] = []
        for name in Set(old.keys).union(new.keys).sorted() {
            let before = old[name], after = new[name]
            guard before?.contents != after?.contents else { continue }
            found.append(
                Difference(
                    package: name, from: before?.versions, to: after?.versions, via: after?.via ?? before?.via ?? []))
        }
        if !found.isEmpty { return found }
        // The same packages, put together differently: an edge points elsewhere.
        for name in Set(old.keys).union(new.keys).sorted() {
            let before = old[name], after = new[name]
            guard before?.edges != after?.edges else { continue }
            found.append(
                Difference(
                    package: name, from: before?.versions, to: after?.versions, via: after?.via ?? before?.via ?? []))
        }
        if !found.isEmpty { return found }
        return directDifferences(from: base)
    }

    /// The packages that only one side uses directly, although both reach them.
    private func directDifferences(from base: LockResolution) -> [Difference] {
        let old = base.direct(), new = direct()
        return Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map { name in
            Difference(
                package: name, from: old[name]?.text, to: new[name]?.text,
                via: [new[name]?.name ?? old[name]?.name ?? name])
        }
    }

    private struct Direct: Equatable {
        var name: String
        var text: String
    }

    /// The packages the project names itself, by name.
    private func direct() -> [String: Direct] {
        var found: [String: Direct] = [:]
        for use in Set(uses).sorted(by: { ($0.name, $0.package) < ($1.name, $1.package) })
        where graph.packages.indices.contains(use.package) {
            let package = graph.packages[use.package]
            if let known = found[package.name] {
                found[package.name]?.text = known.text + ", " + package.version
            } else {
                found[package.name] = Direct(name: use.name, text: package.version)
            }
        }
        return found
    }

    private struct Reached {
        var versionList: Set<String> = []
        var contents: Set<String> = []
        var edges: Set<String> = []
        var via: [String] = []
        var versions: String { versionList.sorted().joined(separator: ", ") }
    }

    /// Everything the project uses, by package name, with the shortest way to it.
    private func reached() -> [String: Reached] {
        var found: [String: Reached] = [:]
        var ways: [Int: [String]] = [:]
        var queue: [(use: LockGraph.Use, via: [String])] =
            Set(uses).sorted { ($0.name, $0.package) < ($1.name, $1.package) }.map { ($0, []) }
        var at = 0
        while at < queue.count {
            let (use, via) = queue[at]
            at += 1
            guard graph.packages.indices.contains(use.package), ways[use.package] == nil else { continue }
            let package = graph.packages[use.package], way = via + [use.name]
            ways[use.package] = way
            var entry = found[package.name] ?? Reached(via: way)
            entry.versionList.insert(package.version)
            entry.contents.insert("\(package.version)\u{0}\(package.identity)")
            for next in package.dependencies {
                let target = graph.packages[next.package]
                entry.edges.insert("\(package.version)\u{0}\(next.name)\u{0}\(target.name)\u{0}\(target.version)")
                queue.append((next, way))
            }
            found[package.name] = entry
        }
        return found
    }
}
