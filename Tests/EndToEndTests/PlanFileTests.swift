internal import Foundation
internal import Testing

@Suite("Plans as files")
struct PlanFileTests {
    private func planned(_ sandbox: Sandbox, _ arguments: String...) throws -> String {
        let file = sandbox.root + "/plan.json"
        let result = try sandbox.start(["plan", "--all", "-o", file] + arguments).wait()
        #expect(result.code == 0, "\(result.summary)")
        return file
    }

    private func text(_ file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

    @Test("a plan is the same bytes every time, on standard output and in a file")
    func deterministic() throws {
        let shop = try Sandbox.shop()
        try shop.append("libs/core/src.txt", "x\n")
        let first = try shop.ripple("plan", "--format", "json")
        #expect(first.code == 0 && first.json["schema"].string == "ripple.plan/1", "\(first.summary)")
        #expect(first.output.last == 10)
        for _ in 0..<3 { #expect(try shop.ripple("plan", "--format", "json").output == first.output) }
        let file = shop.root + "/plan.json"
        let toFile = try shop.ripple("plan", "-o", file, "--format", "json")
        #expect(toFile.code == 0 && toFile.text == "")
        #expect(FileManager.default.contents(atPath: file).map { [UInt8]($0) } == first.output)
        // And in another clone, at another place, with another home.
        let clone = shop.root + "/elsewhere/clone"
        try shop.git("clone", "-q", shop.repository, clone)
        try Data(shop.read("libs/core/src.txt")?.utf8 ?? "".utf8).write(
            to: URL(fileURLWithPath: clone + "/libs/core/src.txt"))
        let other = try shop.ripple(
            "plan", "--format", "json", "--base", "HEAD", environment: ["HOME": shop.root, "TMPDIR": shop.root],
            in: clone)
        let same = try shop.ripple("plan", "--format", "json", "--base", "HEAD")
        #expect(other.output == same.output)
    }

    @Test("a plan holds no absolute paths and no values of variables")
    func pure() throws {
        let sandbox = try Sandbox.independent(
            [("app", "mkdir -p out; echo \"$TOKEN\" > out/x")], options: ["env: [TOKEN]"])
        let result = try sandbox.ripple("plan", "--all", "--format", "json", environment: ["TOKEN": "s3cr3t-v4lue"])
        #expect(result.code == 0)
        for word in [sandbox.root, sandbox.home, "s3cr3t-v4lue"] { #expect(!result.text.contains(word)) }
        #expect(result.json["tasks"].array.first?["env"].strings == ["TOKEN"])
        #expect(result.json["tasks"].array.first?["outputs"].strings == ["out/**"])
    }

    @Test("the plan says what will run and what is stored, and the run does just that")
    func minimal() throws {
        let shop = try Sandbox.shop()
        _ = try shop.run("--all")
        _ = shop.ran()
        try shop.append("libs/util/src.txt", "x\n")
        let plan = try shop.ripple("plan", "--format", "json").json
        let states = plan["tasks"].by("id").mapValues { $0["state"].string ?? "" }
        #expect(states == ["util#build": "run", "api#build": "run", "core#build": "cached"])
        let api = plan["tasks"].by("id")["api#build"]
        #expect(api?["dependsOn"].strings == ["core#build", "util#build"])
        #expect(plan["schedule"]["criticalPath"].strings == ["util#build", "api#build"])
        #expect(shop.ran() == [], "planning runs nothing")
        _ = try shop.run()
        #expect(shop.ran() == ["util", "api"])
    }

    @Test("run --plan FILE runs what the plan says")
    func runsPlan() throws {
        let shop = try Sandbox.shop()
        let file = try planned(shop)
        let result = try shop.ripple("run", "--plan", file, "--format", "json")
        #expect(result.code == 0, "\(result.summary)")
        #expect(result.json.states.count == 5 && result.json.states.values.allSatisfy { $0 == "succeeded" })
        #expect(Set(shop.ran()) == Sandbox.shopProjects)
        // The same plan again: everything is stored.
        #expect(try shop.ripple("run", "--plan", file).code == 0)
        #expect(shop.ran() == [])
    }

    @Test("a plan of one change runs that change alone")
    func runsPlanOfAChange() throws {
        let shop = try Sandbox.shop()
        try shop.append("apps/web/src.txt", "x\n")
        let file = shop.root + "/plan.json"
        #expect(try shop.ripple("plan", "-o", file).code == 0)
        #expect(try shop.ripple("run", "--plan", file).code == 0)
        #expect(shop.ran() == ["core", "web"])
    }

    @Test("an empty plan runs nothing and succeeds")
    func emptyPlan() throws {
        let shop = try Sandbox.shop()
        let file = shop.root + "/plan.json"
        #expect(try shop.ripple("plan", "-o", file).code == 0)
        let result = try shop.ripple("run", "--plan", file)
        #expect(result.code == 0, "\(result.summary)")
        #expect(shop.ran() == [])
    }

    @Test(
        "an edited plan is refused",
        arguments: [
            ("\"cwd\": \"apps/web\"", "\"cwd\": \"apps/api\""), ("building lone", "building LONE"),
            ("\"planId\": \"", "\"planId\": \"0"), ("\"image\": null", "\"image\": \"x\""),
            ("\"state\": \"run\"", "\"state\": \"cached\""),
        ])
    func edited(_ old: String, _ new: String) throws {
        let shop = try Sandbox.shop()
        let file = try planned(shop)
        let original = try text(file)
        let changed = original.replacing(old, with: new)
        #expect(changed != original)
        try Data(changed.utf8).write(to: URL(fileURLWithPath: file))
        let result = try shop.ripple("run", "--plan", file)
        result.expectRefusal(2, naming: "plan.json", "edited")
        #expect(shop.ran() == [])
    }

    @Test("a plan for other trees is refused")
    func otherTree() throws {
        let shop = try Sandbox.shop()
        let file = try planned(shop)
        try shop.append("apps/lone/src.txt", "x\n")
        try shop.ripple("run", "--plan", file).expectRefusal(2, naming: "plan.json")
        try shop.commit()
        try shop.ripple("run", "--plan", file).expectRefusal(2, naming: "plan.json")
        #expect(shop.ran() == [])
    }

    @Test("a plan made with other values of declared variables is refused")
    func otherEnvironment() throws {
        let sandbox = try Sandbox.independent(
            [("app", "mkdir -p out; echo \"$MODE\" > out/x")], options: ["env: [MODE]"])
        let file = try planned(sandbox)
        try sandbox.ripple("run", "--plan", file, environment: ["MODE": "b"]).expectRefusal(
            2, naming: "plan.json", "app#build")
    }

    @Test("a plan of a newer schema, of none, or that is no JSON is refused")
    func foreign() throws {
        let shop = try Sandbox.shop()
        let file = try planned(shop)
        let newer = try text(file).replacing("ripple.plan/1", with: "ripple.plan/2")
        for (contents, word) in [(newer, "newer"), ("{}\n", "plan"), ("not json\n", "plan.json:1"), ("", "plan.json")] {
            try Data(contents.utf8).write(to: URL(fileURLWithPath: file))
            try shop.ripple("run", "--plan", file).expectRefusal(2, naming: word)
        }
        try shop.ripple("run", "--plan", shop.root + "/absent.json").expectRefusal(2, naming: "absent.json")
        try shop.ripple("run", "--plan", shop.root).expectRefusal(2, naming: shop.root)
    }

    @Test("two shards with one cache do everything, and each task once")
    func shards() throws {
        let shop = try Sandbox.shop()
        let clone = shop.root + "/clone"
        try shop.git("clone", "-q", shop.repository, clone)
        let file = try planned(shop, "--agents", "2")
        let assignments = JSON(parsing: Array(try text(file).utf8))["schedule"]["assignments"].array
        #expect(assignments.count == 2)
        #expect(Set(assignments.flatMap(\.strings)) == Sandbox.shopTasks)
        #expect(try shop.ripple("run", "--plan", file, "--shard", "1/2").code == 0)
        let first = shop.ran()
        let second = try shop.ripple("run", "--plan", file, "--shard", "2/2", in: clone)
        #expect(second.code == 0, "\(second.summary)")
        let rest = shop.ran()
        #expect(!first.isEmpty && !rest.isEmpty)
        #expect((first + rest).sorted() == Sandbox.shopProjects.sorted())
        #expect(try shop.run("--all").states.values.allSatisfy { $0 == "cached-local" })
    }

    @Test("shards without a shared cache build what they need themselves")
    func shardsAlone() throws {
        let shop = try Sandbox.shop()
        let file = try planned(shop, "--agents", "2")
        var done = Set<String>()
        for number in 1...2 {
            let clone = shop.root + "/clone\(number)"
            try shop.git("clone", "-q", shop.repository, clone)
            let result = try shop.ripple(
                "run", "--plan", file, "--shard", "\(number)/2",
                environment: ["RIPPLE_CACHE_DIR": shop.root + "/cache\(number)"], in: clone)
            #expect(result.code == 0, "\(result.summary)")
            done.formUnion(shop.ran())
        }
        #expect(done == Sandbox.shopProjects)
    }

    @Test("more shards than tasks, and shards that are none")
    func oddShards() throws {
        let shop = try Sandbox.shop()
        let file = try planned(shop, "--agents", "9")
        for number in 1...9 { #expect(try shop.ripple("run", "--plan", file, "--shard", "\(number)/9").code == 0) }
        #expect(shop.ran().sorted() == Sandbox.shopProjects.sorted())
        for shard in ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3"] {
            try shop.ripple("run", "--plan", file, "--shard=\(shard)").expectRefusal(2, naming: shard)
        }
    }
}
