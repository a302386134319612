internal import ChangeDetection
internal import Diagnostics
internal import GitObjects
internal import Testing

/// A repository as a table.
private struct FakeProbe: RepositoryProbe {
    var isShallow = false
    var revisions: [String: Repository.Revision] = [:]
    var symbolic: [String: String] = [:]
    /// `nil` means that the common history is cut off.
    var bases: [ObjectID]? = []

    func resolve(_ expression: String) throws(GitError) -> Repository.Revision? { revisions[expression] }
    func symbolicTarget(_ name: String) -> String? { symbolic[name] }
    func mergeBases(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> [ObjectID] {
        guard let bases else { throw GitError(.objectMissing, .environment, "cut off") }
        return bases
    }
    func tree(ofCommit commit: ObjectID) throws(GitError) -> ObjectID { try id(100 + Int(commit.bytes[0])) }

    var emptyTree: ObjectID { ObjectStore.emptyTreeID }
    func parents(of commit: ObjectID) throws(GitError) -> [ObjectID] { [] }
    func isCut(_ commit: ObjectID) -> Bool { false }
    func isAncestor(_ ancestor: ObjectID, of commit: ObjectID) throws(GitError) -> Bool { false }
    func mergedTree(target: ObjectID, head: ObjectID) throws(GitError) -> MergeOutcome { .conflicted(paths: []) }
}

private func id(_ number: Int) throws(GitError) -> ObjectID {
    guard let id = ObjectID([UInt8(number)] + [UInt8](repeating: 0, count: 19)) else {
        throw GitError(.corrupt, .internal, "not an id")
    }
    return id
}

/// Base and head from flags, environment and repository, row by row.
@Suite struct ComparisonResolverTests {
    private let workingTree: Comparison.Side
    private let headCommit: ObjectID

    init() throws {
        workingTree = Comparison.Side(commit: nil, tree: try id(200), ref: nil, how: "working-tree")
        headCommit = try id(9)
    }

    private func probe(_ names: [String: Int], bases: [Int]? = [5]) throws -> FakeProbe {
        var probe = FakeProbe()
        for (name, number) in names { probe.revisions[name] = try revision(number) }
        probe.bases = try bases?.map { try id($0) }
        return probe
    }

    private func revision(_ number: Int) throws -> Repository.Revision {
        Repository.Revision(commit: try id(number), tree: try id(100 + number))
    }

    private func resolve(_ request: ComparisonRequest, _ probe: FakeProbe) throws -> Comparison {
        try ComparisonResolver.resolve(request, head: workingTree, headCommit: headCommit, probe: probe)
    }

    @Test("the default branch is origin/HEAD, else origin/main, origin/master, main, master")
    func defaultBranches() throws {
        let order = ["refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master"]
        for (at, name) in order.enumerated() {
            let names = Dictionary(uniqueKeysWithValues: order[at...].enumerated().map { ($1, at + $0 + 1) })
            let found = try resolve(ComparisonRequest(), try probe(names))
            let short = name.split(separator: "/").dropFirst(2).joined(separator: "/")
            #expect(
                found.bases.map(\.ref) == [
                    name.hasPrefix("refs/heads") ? short : "origin/" + (short.split(separator: "/").last ?? "")
                ])
            #expect(found.bases.map(\.commit) == [try id(5)])
            #expect(found.kind == .workingTree)
        }
        var probe = try probe(["refs/remotes/origin/trunk": 1, "refs/remotes/origin/main": 2])
        probe.symbolic["refs/remotes/origin/HEAD"] = "refs/remotes/origin/trunk"
        #expect(try resolve(ComparisonRequest(), probe).bases.map(\.ref) == ["origin/trunk"])
    }

    @Test("a configured default base comes first, and its absence is noted")
    func configuredBase() throws {
        var request = ComparisonRequest()
        request.defaultBase = "origin/develop"
        let there = try resolve(request, try probe(["origin/develop": 1, "refs/heads/main": 2]))
        #expect(there.bases.map(\.ref) == ["origin/develop"])
        #expect(there.notes.isEmpty)
        let absent = try resolve(request, try probe(["refs/heads/main": 2]))
        #expect(absent.bases.map(\.ref) == ["main"])
        #expect(absent.notes.map(\.code) == ["default-base-missing"])
    }

    @Test("a branch that another tool names comes after ripple.yaml's and before the customs; its absence is no note")
    func toolBranch() throws {
        var request = ComparisonRequest()
        request.toolBranch = "trunk"
        let there = try resolve(request, try probe(["refs/remotes/origin/trunk": 1, "refs/heads/main": 2]))
        #expect(there.bases.map(\.ref) == ["origin/trunk"])
        let local = try resolve(request, try probe(["refs/heads/trunk": 1, "refs/heads/main": 2]))
        #expect(local.bases.map(\.ref) == ["trunk"])
        let absent = try resolve(request, try probe(["refs/heads/main": 2]))
        #expect(absent.bases.map(\.ref) == ["main"] && absent.notes.isEmpty)
        request.defaultBase = "origin/develop"
        let both = try resolve(request, try probe(["origin/develop": 1, "refs/remotes/origin/trunk": 2]))
        #expect(both.bases.map(\.ref) == ["origin/develop"])
    }

    @Test("without any default branch everything is selected, or nothing is answered with --on-unknown fail")
    func noBase() throws {
        var request = ComparisonRequest()
        let found = try resolve(request, try probe([:]))
        #expect(found.kind == .everything)
        #expect(found.fallback?.code == "no-base")
        #expect(found.bases.isEmpty)
        request.onUnknown = .fail
        let error = #expect(throws: GitError.self) { try resolve(request, try probe([:])) }
        #expect(error?.code == .noMergeBase)
    }

    @Test("flags win over the environment, and a missing revision names where it was asked")
    func precedence() throws {
        var request = ComparisonRequest()
        request.environmentBase = "env"
        #expect(try resolve(request, try probe(["env": 1, "flag": 2])).bases.map(\.how) == ["env"])
        request.baseFlag = "flag"
        #expect(try resolve(request, try probe(["env": 1, "flag": 2])).bases.map(\.ref) == ["flag"])
        let byFlag = #expect(throws: GitError.self) { try resolve(request, try probe(["env": 1])) }
        #expect(byFlag?.message.contains("--base flag") == true && byFlag?.fault == .user)
        request.baseFlag = nil
        let byEnvironment = #expect(throws: GitError.self) { try resolve(request, try probe([:])) }
        #expect(byEnvironment?.message.contains("RIPPLE_BASE=env") == true)
        var shallow = try probe([:])
        shallow.isShallow = true
        let cut = #expect(throws: GitError.self) { try resolve(request, shallow) }
        #expect(cut?.message.contains("--unshallow") == true)
    }

    @Test("the head is the revision asked for, else the working tree")
    func heads() throws {
        let probe = try probe(["feature": 3])
        var request = ComparisonRequest()
        let plain = try ComparisonResolver.head(request, probe: probe) { () throws(GitError) in workingTree }
        #expect(plain == workingTree)
        request.environmentHead = "feature"
        let named = try ComparisonResolver.head(request, probe: probe) { () throws(GitError) in workingTree }
        #expect(named.commit == (try id(3)) && named.how == "env")
    }

    @Test("a cut history compares directly with a note, or fails when told to")
    func historyCut() throws {
        var request = ComparisonRequest()
        request.baseFlag = "main"
        let found = try resolve(request, try probe(["main": 1], bases: nil))
        #expect(found.notes.map(\.code) == ["history-cut"])
        #expect(found.bases.map(\.tree) == [try id(101)])
        request.onUnknown = .fail
        #expect(throws: GitError.self) { try resolve(request, try probe(["main": 1], bases: nil)) }
    }

    @Test("unrelated histories compare directly, with a note")
    func unrelated() throws {
        var request = ComparisonRequest()
        request.baseFlag = "main"
        let found = try resolve(request, try probe(["main": 1], bases: []))
        #expect(found.notes.map(\.code) == ["unrelated-histories"])
        #expect(found.bases.map(\.tree) == [try id(101)])
    }

    @Test("every merge base is a base")
    func severalBases() throws {
        let found = try resolve(ComparisonRequest(), try probe(["refs/heads/main": 1], bases: [4, 5]))
        #expect(found.bases.map(\.tree) == [try id(104), try id(105)])
    }

    @Test("--direct asks for no merge base, --all for no base at all")
    func directAndAll() throws {
        var request = ComparisonRequest()
        request.baseFlag = "main"
        request.direct = true
        let direct = try resolve(request, try probe(["main": 1], bases: nil))
        #expect(direct.bases.map(\.tree) == [try id(101)])
        #expect(direct.notes.isEmpty)
        request.everything = true
        let all = try resolve(request, try probe([:]))
        #expect(all.kind == .everything && all.bases.isEmpty && all.fallback == nil)
    }

    @Test("an unborn branch is compared with the empty tree")
    func unborn() throws {
        let found = try ComparisonResolver.resolve(
            ComparisonRequest(), head: workingTree, headCommit: nil, probe: try probe([:]))
        #expect(found.bases.map(\.tree) == [ObjectStore.emptyTreeID])
        #expect(found.fallback == nil)
    }
}
