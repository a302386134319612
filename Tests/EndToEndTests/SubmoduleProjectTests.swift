internal import Foundation
internal import Testing

@Suite("Projects in submodules")
struct SubmoduleProjectTests {
    @Test("a project in a submodule is found, and affected by what changes there, committed or on disk")
    func projects() throws {
        let shop = try Sandbox.shop()
        let library = shop.root + "/library"
        try shop.git("init", "-q", "-b", "main", library)
        let own = shop.repository
        shop.repository = library
        try shop.project("packages/inside")
        try shop.commit()
        shop.repository = own
        try shop.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", library, "vendor/my lib")
        try shop.write("ripple.yaml", "version: 1\nprojects: [\"libs/*\", \"apps/*\", \"vendor/*/packages/*\"]\n")
        try shop.commit()
        func affected(_ arguments: String...) throws -> [String] {
            let result = try shop.start(["affected", "--format", "json"] + arguments).wait()
            #expect(result.code == 0, "\(result.summary)")
            return result.json["projects"].by("id").keys.sorted()
        }
        #expect(try affected("--base", "HEAD~1").contains("inside"))
        #expect(try affected("--base", "HEAD") == [])
        try shop.write("vendor/my lib/packages/inside/new.txt", "untracked\n")
        #expect(try affected("--base", "HEAD") == ["inside"])
        // Its key is that of the files on disk, also where the head was named.
        let first = try shop.run("--all", "--head", "HEAD")
        #expect(first.states["inside#build"] == "succeeded")
        try shop.write("vendor/my lib/packages/inside/src.txt", "edited\n")
        let second = try shop.run("--all", "--head", "HEAD")
        #expect(second.states["inside#build"] == "succeeded", "\(second.states)")
        #expect(shop.read("vendor/my lib/packages/inside/out/result.txt") == "edited\n")
        // Bumped and committed.
        try shop.git("add", "-A", in: shop.repository + "/vendor/my lib")
        try shop.git("commit", "-qm", "two", in: shop.repository + "/vendor/my lib")
        try shop.commit()
        #expect(try affected("--base", "HEAD~1", "--head", "HEAD") == ["inside"])
        #expect(try affected("--base", "HEAD") == [])
    }
}
