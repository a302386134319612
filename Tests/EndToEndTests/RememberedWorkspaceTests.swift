internal import Foundation
internal import Testing

@Suite("What is remembered of a workspace")
struct RememberedWorkspaceTests {
    private let remembered = "/cache/workspaces"

    private func file(_ sandbox: Sandbox) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: sandbox.root + remembered)
        return "\(sandbox.root)\(remembered)/\(try #require(names.first))/structure"
    }

    /// The answer with what is remembered, checked against that without.
    private func answer(_ sandbox: Sandbox, location: SourceLocation = #_sourceLocation) throws -> JSON {
        let usual = try sandbox.ripple("affected", "--base", "main", "--format", "json")
        let fresh = try sandbox.ripple(
            "affected", "--base", "main", "--format", "json",
            environment: ["RIPPLE_CACHE_DIR": sandbox.root + "/other-\(UUID().uuidString)"])
        #expect(usual.code == 0, "\(usual.summary)", sourceLocation: location)
        #expect(usual.text == fresh.text, sourceLocation: location)
        return usual.json
    }

    private func ids(_ answer: JSON) -> [String] { answer["projects"].array.compactMap { $0["id"].string } }

    @Test("answers are those of a first run, whatever changed since")
    func equal() throws {
        let shop = try Sandbox.shop()
        #expect(ids(try answer(shop)) == [])
        let first = try Data(contentsOf: URL(fileURLWithPath: try file(shop)))
        try shop.git("checkout", "-q", "-b", "work")
        try shop.append("libs/core/src.txt", "more\n")
        #expect(ids(try answer(shop)) == ["api", "web", "core"])
        try shop.commit()
        #expect(ids(try answer(shop)) == ["api", "web", "core"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: try file(shop))) == first, "nothing was read anew")

        // A project more, uncommitted and committed, and one less.
        try shop.project("apps/new", dependsOn: ["util"])
        #expect(ids(try answer(shop)) == ["api", "new", "web", "core"])
        try shop.commit()
        #expect(ids(try answer(shop)) == ["api", "new", "web", "core"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: try file(shop))) != first)
        try shop.remove("apps/new")
        try shop.append("libs/util/src.txt", "more\n")
        #expect(!ids(try answer(shop)).contains("new"))
        try shop.git("checkout", "-q", "-f", "main")
        try shop.git("clean", "-q", "-fd")
        #expect(ids(try answer(shop)) == [])
    }

    @Test("a change of a lockfile is explained package by package, remembered or not")
    func lockfile() throws {
        let sandbox = try Sandbox()
        func lock(_ version: String) throws {
            try sandbox.write(
                "package-lock.json",
                """
                { "lockfileVersion": 3, "packages": { "": { "workspaces": ["p/*"] }, "p/a": { "dependencies": { "x": "*" } },
                  "node_modules/x": { "version": "\(version)", "integrity": "\(version)" } } }
                """)
        }
        try sandbox.write("package.json", #"{ "private": true, "workspaces": ["p/*"] }"#)
        try sandbox.write("p/a/package.json", #"{ "name": "a", "dependencies": { "x": "*" } }"#)
        try sandbox.write("p/a/index.js", "")
        try lock("1.0.0")
        try sandbox.commit()
        #expect(ids(try answer(sandbox)) == [])
        try sandbox.git("checkout", "-q", "-b", "work")
        try lock("2.0.0")
        for _ in 0..<2 {
            let reason = try answer(sandbox)["projects"].array.first?["reasons"].array.first
            #expect(reason?["package"].string == "x")
            #expect(reason?["from"].string == "1.0.0")
            try sandbox.commit()
        }
    }

    @Test("a damaged or foreign file is as if it were not there")
    func damaged() throws {
        let shop = try Sandbox.shop()
        _ = try answer(shop)
        let path = try file(shop)
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        var flipped = good
        flipped[good.count / 2] ^= 1
        for bad in [Data(), good.dropLast(), flipped, Data(repeating: 0, count: 5000)] {
            try Data(bad).write(to: URL(fileURLWithPath: path))
            try shop.append("libs/core/src.txt", "more\n")
            #expect(ids(try answer(shop)) == ["api", "web", "core"])
        }
        // What another repository left, as after this one was moved away and another took its place.
        let other = try Sandbox.shop()
        try other.project("apps/other")
        try other.commit()
        _ = try other.ripple("affected")
        try Data(contentsOf: URL(fileURLWithPath: try file(other))).write(to: URL(fileURLWithPath: path))
        #expect(ids(try answer(shop)) == ["api", "web", "core"])
    }
}
