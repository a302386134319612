internal import Foundation
internal import Testing

@Suite("What the doctor says")
struct DoctorTests {
    private func checks(_ sandbox: Sandbox, code: Int32 = 0, in directory: String? = nil) throws -> [String: JSON] {
        let answer = try sandbox.ripple("doctor", "--format", "json", in: directory)
        #expect(answer.code == code, "\(answer.summary)")
        #expect(answer.json["schema"].string == "ripple.doctor/1")
        return Dictionary(
            answer.json["checks"].array.map { ($0["name"].string ?? "?", $0) }, uniquingKeysWith: { first, _ in first })
    }

    @Test("an ordinary repository is well")
    func ordinary() throws {
        let shop = try Sandbox.shop()
        let found = try checks(shop)
        #expect(found.values.allSatisfy { $0["state"].string == "ok" }, "\(found)")
        #expect(found["reading"]?["detail"].string?.contains("libgit2") == true)
        let text = try shop.ripple("doctor")
        #expect(text.code == 0 && text.text.contains("working tree"))
    }

    @Test("what is not understood of another tool's configuration is listed with its place")
    func notUnderstood() throws {
        let shop = try Sandbox.shop()
        try shop.write(".moon/workspace.yml", "projects: [tools]\n")
        try shop.write("tools/moon.yml", "language: bash\ntasks:\n  check: { comand: x }\n")
        let text = try shop.ripple("doctor").text
        #expect(text.contains("note     workspace     tools/moon.yml:3: 'comand' is not understood; it is ignored"))
        #expect(text.contains("ok       workspace"))
    }

    @Test("shapes that are read in another way are named, with what helps")
    func shapes() throws {
        let shop = try Sandbox.shop()
        try shop.write("apps/lone/src.txt", "two\n")
        let second = try shop.commit("two")
        try shop.git("update-index", "--split-index")
        #expect(try checks(shop)["index"]?["detail"].string?.contains("split") == true)
        try shop.git("replace", second, second + "~1")
        let replaced = try checks(shop)
        #expect(replaced["reading"]?["state"].string == "note")
        #expect(replaced["reading"]?["detail"].string?.contains("refs/replace") == true)

        let shallow = shop.root + "/shallow"
        try shop.git("clone", "-q", "--depth", "1", "file://" + shop.repository, shallow)
        let history = try checks(shop, in: shallow)["history"]
        #expect(history?["state"].string == "note")
        #expect(history?["advice"].string?.contains("--unshallow") == true)

        let modern = shop.root + "/sha256"
        try shop.git("init", "-q", "--object-format=sha256", modern)
        let format = try checks(shop, in: modern)
        #expect(format["format"]?["detail"].string?.contains("SHA-256") == true)
        #expect(format["reading"]?["detail"].string?.contains("git program") == true)
    }

    @Test("what has to be mended is a problem, and the exit code says so")
    func problems() throws {
        let sandbox = try Sandbox(initialized: false)
        let nowhere = try checks(sandbox, code: 3)
        #expect(nowhere["repository"]?["state"].string == "problem")
        let shop = try Sandbox.shop()
        try shop.write(".git/index", "damaged")
        #expect(try checks(shop, code: 3)["index"]?["state"].string == "problem")
        try shop.remove(".git/index")
        try shop.git("reset", "-q", "--mixed", "HEAD")
        try shop.write(".git/objects/info/alternates", "/nonexistent/objects\n")
        #expect(try checks(shop, code: 3)["alternates"]?["advice"].string != nil)
    }
}
