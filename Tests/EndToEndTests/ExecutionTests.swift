internal import Foundation
internal import Testing

@Suite("How tasks are run")
struct ExecutionTests {
    @Test("two tasks run at the same time with --jobs 2")
    func parallel() throws {
        let sandbox = try Sandbox.independent([
            ("left", "touch \"$HOME/left\"\n\(Sandbox.await("right"))\nmkdir -p out; : > out/x"),
            ("right", "touch \"$HOME/right\"\n\(Sandbox.await("left"))\nmkdir -p out; : > out/x"),
        ])
        #expect(
            try sandbox.run("--all", "--jobs", "2").states == ["left#build": "succeeded", "right#build": "succeeded"])
    }

    @Test("one at a time with --jobs 1, RIPPLE_JOBS=1 alike", arguments: [true, false])
    func oneAtATime(_ flag: Bool) throws {
        let alone = "mkdir \"$HOME/lock\" || exit 7\nsleep 0.05\nrmdir \"$HOME/lock\"\nmkdir -p out; : > out/x"
        let sandbox = try Sandbox.independent((0..<5).map { ("p\($0)", alone) })
        let result =
            try flag
            ? sandbox.ripple("run", "--all", "--jobs", "1")
            : sandbox.ripple("run", "--all", environment: ["RIPPLE_JOBS": "1"])
        #expect(result.code == 0, "\(result.summary)")
    }

    @Test("never more than --jobs tasks run at once")
    func bounded() throws {
        let counted = """
            mkdir -p "$HOME/now"; touch "$HOME/now/$$"
            ls "$HOME/now" | wc -l >> "$HOME/counts"
            sleep 0.03; rm "$HOME/now/$$"; mkdir -p out; : > out/x
            """
        let sandbox = try Sandbox.independent((0..<9).map { ("p\($0)", counted) })
        #expect(try sandbox.ripple("run", "--all", "--jobs", "3").code == 0)
        let counts = try String(contentsOfFile: sandbox.home + "/counts", encoding: .utf8)
            .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        #expect(counts.count == 9)
        #expect((counts.max() ?? 99) <= 3)
    }

    @Test("a task sees exactly what it declares and the six that every task sees")
    func environment() throws {
        let sandbox = try Sandbox.independent(
            [("app", "mkdir -p out; tr '\\0' '\\n' < /proc/$$/environ > out/env")], options: ["env: [DECLARED, ABSENT]"]
        )
        let result = try sandbox.ripple(
            "run", "--all",
            environment: [
                "DECLARED": "yes = 1", "SECRET": "hidden", "CI": "true", "LC_ALL": "C", "NODE_ENV": "production",
                "LD_LIBRARY_PATH": "",
            ])
        #expect(result.code == 0, "\(result.summary)")
        let lines = Set((sandbox.read("apps/app/out/env") ?? "").split(separator: "\n").map { String($0) })
        let all = sandbox.environment
        let expected = Set(
            ["PATH", "HOME", "TMPDIR", "LANG", "TERM"].map { "\($0)=\(all[$0] ?? "")" } + [
                "CI=true", "DECLARED=yes = 1",
            ])
        #expect(lines == expected)
    }

    @Test("a declared variable is part of the key, another is not")
    func environmentInKey() throws {
        let sandbox = try Sandbox.independent(
            [("app", "echo \"$MODE\" >> \"$HOME/ran\"; mkdir -p out; echo \"$MODE\" > out/mode")],
            options: ["env: [MODE]"])
        for (mode, other) in [("a", "1"), ("a", "2"), ("b", "2"), ("a", "3")] {
            let result = try sandbox.ripple("run", "--all", environment: ["MODE": mode, "OTHER": other])
            #expect(result.code == 0, "\(result.summary)")
            #expect(sandbox.read("apps/app/out/mode") == mode + "\n")
        }
        #expect(sandbox.ran() == ["a", "b"])
    }

    @Test("standard input is empty, whatever Ripple's own is")
    func standardInput() throws {
        let sandbox = try Sandbox.independent([("app", "mkdir -p out; cat > out/input; echo end >> out/input")])
        let result = try sandbox.ripple("run", "--all", input: Array("not for tasks\n".utf8), seconds: 20)
        #expect(result.code == 0, "\(result.summary)")
        #expect(sandbox.read("apps/app/out/input") == "end\n")
    }

    @Test("the logs of tasks that run together never interleave")
    func groupedLogs() throws {
        let names = ["a", "b", "c", "d"]
        // All four print at the same time: each begins when every other has begun.
        let sandbox = try Sandbox.independent(
            names.map { name in
                (
                    name,
                    """
                    touch "$HOME/\(name)"
                    \(names.map { Sandbox.await($0) }.joined(separator: "\n"))
                    i=0; while [ $i -lt 300 ]; do echo "line \(name) $i"; echo "line \(name) $i" >&2; i=$((i+1)); done
                    mkdir -p out; : > out/x
                    """
                )
            })
        let result = try sandbox.ripple("run", "--all", "--jobs", "4")
        #expect(result.code == 0, "\(result.summary)")
        let lines = result.text.split(separator: "\n").filter { $0.hasPrefix("line ") }
        #expect(lines.count == 4 * 600)
        var order: [Substring] = []
        for line in lines {
            let name = line.split(separator: " ")[1]
            if order.last != name { order.append(name) }
        }
        #expect(order.count == 4, "\(order)")
    }

    @Test("with --format json the report alone is on standard output and what tasks print on standard error")
    func reportOnStandardOutput() throws {
        let shop = try Sandbox.shop()
        let report = shop.root + "/report.json"
        let result = try shop.ripple("run", "--all", "--format", "json", "--report", report)
        #expect(result.code == 0)
        #expect(result.json["schema"].string == "ripple.run/1")
        #expect(!result.text.contains("building core"))
        #expect(result.errorText.contains("building core"))
        #expect(FileManager.default.contents(atPath: report).map { [UInt8]($0) } == result.output)
        #expect(result.output.last == 10)
        let core = result.json["tasks"].by("id")["core#build"]
        #expect(core?["exitCode"].int == 0)
        #expect(core?["attempts"].int == 1)
        #expect(core?["log"].string?.count == 64)
        #expect(result.json["tasks"].array.compactMap { $0["id"].string } == Sandbox.shopTasks.sorted())
    }

    @Test("a report is written beside the text, also of a run that fails")
    func reportOfAFailure() throws {
        let sandbox = try Sandbox.independent([("bad", "echo oh no; exit 3")])
        let report = sandbox.root + "/report.json"
        let result = try sandbox.ripple("run", "--all", "--report", report)
        #expect(result.code == 1)
        #expect(result.text.contains("oh no"))
        let document = JSON(parsing: [UInt8](FileManager.default.contents(atPath: report) ?? Data()))
        #expect(document.states == ["bad#build": "failed"])
        #expect(document["tasks"].by("id")["bad#build"]?["exitCode"].int == 3)
        #expect(document["totals"]["failed"].int == 1)
    }

    @Test("the command works in its project's directory")
    func workingDirectory() throws {
        let sandbox = try Sandbox.independent([("app", "mkdir -p out; pwd -P > out/where")])
        #expect(try sandbox.ripple("run", "--all", in: sandbox.repository + "/apps").code == 0)
        #expect(sandbox.read("apps/app/out/where") == sandbox.repository + "/apps/app\n")
    }

    @Test("-C starts elsewhere, and flags go after the command's name")
    func startElsewhere() throws {
        let shop = try Sandbox.shop()
        let result = try shop.ripple("run", "-C", shop.repository + "/libs/core", "--all", in: shop.root)
        #expect(result.code == 0, "\(result.summary)")
        #expect(Set(shop.ran()) == Sandbox.shopProjects)
    }
}
