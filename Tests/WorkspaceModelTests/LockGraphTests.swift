internal import Testing
internal import WorkspaceModel

/// Digests of what a project resolves to, and what they leave out.
@Suite struct LockGraphTests {
    /// Packages by `name@version`, each with what it uses; uses are named as the packages are.
    private func graph(_ uses: KeyValuePairs<String, [String]>) -> LockGraph {
        let names = uses.map { $0.key.split(separator: "@").prefix(2).joined(separator: "@") }
        return LockGraph(
            uses.map { name, targets in
                let parts = name.split(separator: "@")
                return LockGraph.Package(
                    name: String(parts[0]), version: String(parts[1]),
                    identity: parts.count > 2 ? String(parts[2]) : "",
                    dependencies: targets.compactMap { target in
                        names.firstIndex(of: target).map { .init(String(target.split(separator: "@")[0]), $0) }
                    })
            })
    }

    private func uses(_ graph: LockGraph, _ names: String...) -> [LockGraph.Use] {
        names.compactMap { name in
            graph.packages.firstIndex { name == "\($0.name)@\($0.version)" }.map {
                .init(String(name.split(separator: "@")[0]), $0)
            }
        }
    }

    @Test("a digest covers all that is reached, in any order, and nothing else")
    func coverage() {
        let one = graph(["a@1": ["b@1", "c@1"], "b@1": [], "c@1": [], "d@1": ["b@1"]])
        let shuffled = graph(["d@1": ["b@1"], "c@1": [], "a@1": ["c@1", "b@1"], "b@1": []])
        #expect(one.digest(of: uses(one, "a@1")) == shuffled.digest(of: uses(shuffled, "a@1")))
        let unrelated = graph(["a@1": ["b@1", "c@1"], "b@1": [], "c@1": [], "d@2": ["b@1"]])
        #expect(one.digest(of: uses(one, "a@1")) == unrelated.digest(of: uses(unrelated, "a@1")))
        let deep = graph(["a@1": ["b@1", "c@1"], "b@1": [], "c@1@other": [], "d@1": ["b@1"]])
        #expect(one.digest(of: uses(one, "a@1")) != deep.digest(of: uses(deep, "a@1")))
        #expect(one.digest(of: uses(one, "d@1")) == deep.digest(of: uses(deep, "d@1")))
        #expect(one.digest(of: []) != one.digest(of: uses(one, "b@1")))
    }

    @Test("packages that use each other in a circle have digests that follow all of the circle")
    func circles() {
        let one = graph(["a@1": ["b@1"], "b@1": ["c@1"], "c@1": ["a@1", "x@1"], "x@1": []])
        let two = graph(["x@1": [], "c@1": ["a@1", "x@1"], "b@1": ["c@1"], "a@1": ["b@1"]])
        for name in ["a@1", "b@1", "c@1"] {
            #expect(one.digest(of: uses(one, name)) == two.digest(of: uses(two, name)))
        }
        let changed = graph(["a@1": ["b@1"], "b@1": ["c@1"], "c@1": ["a@1", "x@2"], "x@2": []])
        for name in ["a@1", "b@1", "c@1"] {
            #expect(one.digest(of: uses(one, name)) != changed.digest(of: uses(changed, name)))
        }
        #expect(one.digest(of: uses(one, "a@1")) != one.digest(of: uses(one, "b@1")))
    }

    @Test("an edge that points to another version changes the digest although both versions stay")
    func repointed() {
        let one = graph(["a@1": ["x@1"], "b@1": ["x@2"], "x@1": [], "x@2": []])
        let two = graph(["a@1": ["x@2"], "b@1": ["x@2"], "x@1": [], "x@2": []])
        #expect(one.digest(of: uses(one, "a@1")) != two.digest(of: uses(two, "a@1")))
        #expect(one.digest(of: uses(one, "b@1")) == two.digest(of: uses(two, "b@1")))
        let before = LockResolution(graph: one, uses: uses(one, "a@1"))
        let after = LockResolution(graph: two, uses: uses(two, "a@1"))
        let found = after.differences(from: before)
        #expect(found.map(\.package) == ["x"])
        #expect(found.first?.from == "1" && found.first?.to == "2" && found.first?.via == ["a", "x"])
    }

    @Test("differences name what came, went and changed, with the shortest way")
    func differences() {
        let one = graph(["a@1": ["b@1", "gone@1"], "b@1": ["c@1"], "c@1": [], "gone@1": []])
        let two = graph(["a@1": ["b@1", "new@3"], "b@1": ["c@1"], "c@1@other": [], "new@3": []])
        let found = LockResolution(graph: two, uses: uses(two, "a@1")).differences(
            from: LockResolution(graph: one, uses: uses(one, "a@1")))
        #expect(found.map(\.package) == ["c", "gone", "new"])
        #expect(found[0].from == "1" && found[0].to == "1" && found[0].via == ["a", "b", "c"])
        #expect(found[1].to == nil && found[1].via == ["a", "gone"])
        #expect(found[2].from == nil && found[2].to == "3")
        let same = LockResolution(graph: one, uses: uses(one, "a@1"))
        #expect(same.differences(from: same).isEmpty)
    }

    private static func texts(_ found: [LockResolution.Difference]) -> [String] {
        found.map { "\($0.package) \($0.from ?? "-") \($0.to ?? "-") \($0.via.joined(separator: " "))" }
    }

    @Test("a package that is used directly only on one side is named, although both reach it")
    func direct() {
        let one = graph(["a@1": ["x@1", "x@2"], "x@1": [], "x@2": []])
        let old = LockResolution(graph: one, uses: uses(one, "a@1", "x@1"))
        let new = LockResolution(graph: one, uses: uses(one, "a@1", "x@2"))
        #expect(Self.texts(new.differences(from: old)) == ["x 1 2 x"])
        let without = LockResolution(graph: one, uses: uses(one, "a@1"))
        #expect(Self.texts(new.differences(from: without)) == ["x - 2 x"])
    }

    @Test("uses of packages that are not there are dropped")
    func dangling() {
        let graph = LockGraph([
            .init(name: "a", version: "1", identity: "", dependencies: [.init("b", 7), .init("c", -1)])
        ])
        #expect(graph.packages[0].dependencies.isEmpty)
        #expect(graph.digest(of: [.init("x", 9)]) == graph.digest(of: []))
    }
}
