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
        var packages = packages
        for number in packages.indices {
            LockGraph.makeUnique(&packages[number].dependencies, below: packages.count)
        }
        self.packages = packages
        digests = LockGraph.digests(packages)
    }

    /// Uses in order, without those that name no package. Lists are short and mostly in order already.
    private static func makeUnique(_ list: inout [Use], below count: Int) {
        list.removeAll { !(0..<count).contains($0.package) }
        guard list.count > 1 else { return }
        list.sort { ($0.name, $0.package) < ($1.name, $1.package) }
        var kept = 1
        for position in 1..<list.count where list[position] != list[kept - 1] {
            list[kept] = list[position]
            kept += 1
        }
        list.removeSubrange(kept...)
    }

    /// Digests everything a package reaches. Packages that use each other in a circle are digested together.
    private static func digests(_ packages: [Package]) -> [ObjectID] {
        var digests = [ObjectID](repeating: ObjectFormat.sha256.emptyBlob, count: packages.count)
        let successors = AdjacencyLists(packages.map { $0.dependencies.map(\.package) })
        var bytes: [UInt8] = []
        // Components come with what they use before them.
        for component in StronglyConnectedComponents(successors) {
            if component.count == 1, let number = component.first, !successors[number].contains(number) {
                bytes.removeAll(keepingCapacity: true)
                append(packages[number], in: [], packages, digests, to: &bytes)
                digests[number] = ObjectFormat.sha256.id(of: bytes, kind: .blob)
                continue
            }
            let members = Set(component)
            var shared: [UInt8] = []
            for number in component.sorted(by: { precedes(packages[$0], packages[$1]) }) {
                append(packages[number], in: members, packages, digests, to: &shared)
            }
            for number in component {
                var named = shared
                append(packages[number], to: &named)
                digests[number] = ObjectFormat.sha256.id(of: named, kind: .blob)
            }
        }
        return digests
    }

    private static func precedes(_ left: Package, _ right: Package) -> Bool {
        (left.name, left.version, left.identity) < (right.name, right.version, right.identity)
    }

    /// A package and what it uses, each by its digest, or by itself if it is of the same circle. A text comes after
    /// its length in bytes, what follows a use after a letter.
    private static func append(
        _ package: Package, in members: Set<Int>, _ packages: [Package], _ digests: [ObjectID],
        to bytes: inout [UInt8]
    ) {
        append(package, to: &bytes)
        for use in package.dependencies {
            append(use.name, to: &bytes)
            if members.contains(use.package) {
                bytes.append(UInt8(ascii: "c"))
                append(packages[use.package], to: &bytes)
            } else {
                bytes.append(UInt8(ascii: "d"))
                digests[use.package].append(to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "."))
    }

    private static func append(_ package: Package, to bytes: inout [UInt8]) {
        append(package.name, to: &bytes)
        append(package.version, to: &bytes)
        append(package.identity, to: &bytes)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: text.utf8)
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

    /// The numbers of all packages that the project reaches, in any order.
    package var reached: [Int] { Array(Closure(of: self).steps.keys) }

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
        let old = Closure(of: base), new = Closure(of: self)
        let names = Set(old.byName.keys).union(new.byName.keys)
        func differences(_ changed: [String]) -> [Difference] {
            changed.sorted().map { name in
                let before = old.byName[name], after = new.byName[name]
                return Difference(
                    package: name, from: before?.versions, to: after?.versions,
                    via: after.map { new.way(to: $0.first) } ?? before.map { old.way(to: $0.first) } ?? [])
            }
        }
        let changed = names.filter { old.byName[$0]?.contents != new.byName[$0]?.contents }
        if !changed.isEmpty { return differences(Array(changed)) }
        // The same packages, put together differently: an edge points elsewhere.
        let moved = names.filter { old.edges(of: $0) != new.edges(of: $0) }
        return moved.isEmpty ? directDifferences(from: base) : differences(Array(moved))
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
        var contents: Set<Content> = []
        /// The numbers of the packages with this name.
        var packages: [Int] = []
        /// The first of them that the shortest way leads to.
        var first: Int
        var versions: String { versionList.sorted().joined(separator: ", ") }
    }

    private struct Content: Hashable {
        var version: String
        var identity: String
    }

    /// Everything a project uses, by package name, and how it is reached.
    private struct Closure {
        let graph: LockGraph
        var byName: [String: Reached] = [:]
        /// By package, from where the shortest way comes, and under which name it is used there.
        var steps: [Int: (from: Int?, name: String)] = [:]

        init(of resolution: LockResolution) {
            graph = resolution.graph
            var queue: [Int] = []
            func reach(_ use: LockGraph.Use, from: Int?) {
                guard graph.packages.indices.contains(use.package), steps[use.package] == nil else { return }
                steps[use.package] = (from, use.name)
                queue.append(use.package)
            }
            for use in Set(resolution.uses).sorted(by: { ($0.name, $0.package) < ($1.name, $1.package) }) {
                reach(use, from: nil)
            }
            var at = 0
            while at < queue.count {
                let number = queue[at]
                at += 1
                let package = graph.packages[number]
                byName[package.name, default: Reached(first: number)].versionList.insert(package.version)
                byName[package.name]?.contents.insert(Content(version: package.version, identity: package.identity))
                byName[package.name]?.packages.append(number)
                for next in package.dependencies { reach(next, from: number) }
            }
        }

        /// The names from the project's own dependency to the package.
        func way(to package: Int) -> [String] {
            var way: [String] = [], current: Int? = package
            while let number = current, let step = steps[number] {
                way.append(step.name)
                current = step.from
            }
            return way.reversed()
        }

        /// What the packages of one name use, as text that does not depend on numbers.
        func edges(of name: String) -> Set<String> {
            var edges = Set<String>()
            for number in byName[name]?.packages ?? [] {
                let package = graph.packages[number]
                for next in package.dependencies {
                    let target = graph.packages[next.package]
                    edges.insert("\(package.version)\u{0}\(next.name)\u{0}\(target.name)\u{0}\(target.version)")
                }
            }
            return edges
        }
    }
}
