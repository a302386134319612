internal import Foundation
internal import Testing

@Suite("What was green last, project by project")
struct LastGreenTests {
    /// `base --ledger` as project id to commit; `nil` where a task never was green.
    private func bases(_ sandbox: Sandbox) throws -> [String: String?] {
        let base = try sandbox.ripple("base", "--ledger", "--format", "json")
        #expect(base.code == 0, "\(base.summary)")
        return Dictionary(
            uniqueKeysWithValues: base.json["ledger"].array.map { ($0["id"].string ?? "?", $0["commit"].string) })
    }

    private func affected(_ sandbox: Sandbox) throws -> Set<String> {
        let found = try sandbox.ripple("affected", "--ledger", "--format", "json")
        #expect(found.code == 0, "\(found.summary)")
        return Set(found.json["projects"].array.compactMap { $0["id"].string })
    }

    private func head(_ sandbox: Sandbox) throws -> String {
        try sandbox.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines)
    }

    @Test("failed and cancelled runs add up: what they left undone stays to be done, from where it last was green")
    func failuresAddUp() throws {
        let shop = try Sandbox.shop()
        let empty = try shop.ripple("affected", "--ledger", "--format", "json")
        #expect(empty.json["fallback"]["code"].string == "no-base")
        #expect(try shop.ripple("run", "--ledger").code == 0)
        let first = try head(shop)
        #expect(try bases(shop) == Dictionary(uniqueKeysWithValues: Sandbox.shopProjects.map { ($0, first) }))
        #expect(try affected(shop) == [])

        // core breaks: everything above it stays behind at the first commit.
        try shop.project("libs/core", build: "exit 3")
        try shop.commit("break core")
        #expect(try shop.ripple("run", "--ledger", "--keep-going").code == 1)
        #expect(try affected(shop) == ["core", "web", "api"])

        // An unrelated change goes green meanwhile.
        try shop.write("apps/lone/src.txt", "edited\n")
        try shop.commit("edit lone")
        let third = try head(shop)
        #expect(try shop.ripple("run", "--ledger", "--keep-going").code == 1)
        let later = try bases(shop)
        #expect(later["lone"] == third && later["core"] == first && later["web"] == first && later["api"] == first)
        #expect(try affected(shop) == ["core", "web", "api"])

        // Mended: all that was red is built, though the last commit touched core alone.
        try shop.project("libs/core", source: "mended\n")
        try shop.commit("mend core")
        #expect(try shop.ripple("run", "--ledger").code == 0)
        #expect(try affected(shop) == [])
        #expect(try bases(shop)["web"] == (try head(shop)))
    }

    @Test("going back to an earlier commit is compared with what was green there or before")
    func rollback() throws {
        let shop = try Sandbox.shop()
        #expect(try shop.ripple("run", "--ledger").code == 0)
        let first = try head(shop)
        try shop.write("libs/util/src.txt", "two\n")
        try shop.commit("two")
        #expect(try shop.ripple("run", "--ledger").code == 0)
        try shop.git("reset", "-q", "--hard", first)
        #expect(try affected(shop) == [])
        #expect(try bases(shop)["util"] == first)
    }

    @Test("only clean files of the default branch are recorded, and only it asks the ledger")
    func scope() throws {
        let shop = try Sandbox.shop()
        try shop.write("apps/lone/src.txt", "not committed\n")
        let dirty = try shop.ripple("run", "--ledger", "--all")
        #expect(dirty.code == 0 && dirty.errorText.contains("not those of HEAD"))
        #expect(try bases(shop).isEmpty)
        try shop.git("checkout", "-q", "-b", "feature")
        try shop.commit("on a branch")
        let branch = try shop.ripple("base", "--ledger", "--format", "json")
        #expect(branch.json["chain"].array.first?["resolver"].string == "ledger")
        #expect(branch.json["chain"].array.first?["answer"].string == "declined")
        #expect(branch.json["base"]["how"].string == "merge-base")
    }

    @Test("--verify fails when a task is left out that nothing shows to be green")
    func verify() throws {
        let shop = try Sandbox.shop()
        let unknown = try shop.ripple("plan", "--base", "HEAD", "--verify")
        #expect(unknown.code == 1)
        for task in Sandbox.shopTasks { #expect(unknown.errorText.contains(task)) }
        #expect(try shop.ripple("run", "--all", "--ledger").code == 0)
        #expect(try shop.ripple("plan", "--base", "HEAD", "--verify").code == 0)
        // A base that is too new, as a careless fallback would choose it, leaves out what was never built.
        try shop.write("libs/core/src.txt", "edited\n")
        try shop.commit("edit core")
        try shop.write("apps/lone/src.txt", "edited\n")
        try shop.commit("edit lone")
        let careless = try shop.ripple("affected", "--base", "HEAD~1", "--direct", "--verify")
        #expect(careless.code == 1)
        #expect(careless.errorText.contains("core#build") && careless.errorText.contains("web#build"))
        #expect(!careless.errorText.contains("util#build"))
        #expect(try shop.ripple("affected", "--ledger", "--verify").code == 0)
        // Without stored results the ledger still knows.
        try FileManager.default.removeItem(atPath: shop.cache + "/ac")
        #expect(try shop.ripple("affected", "--ledger", "--verify").code == 0)
    }
}
