internal import Foundation
internal import Testing

@Suite("What a run builds and what it reuses")
struct ReuseTests {
    @Test("a cold run builds everything and the second run nothing, with the logs replayed")
    func coldThenReused() throws {
        let shop = try Sandbox.shop()
        let cold = try shop.ripple("run", "--all", "--format", "json")
        #expect(cold.code == 0, "\(cold.summary)")
        #expect(cold.json.states == Dictionary(uniqueKeysWithValues: Sandbox.shopTasks.map { ($0, "succeeded") }))
        #expect(Set(shop.ran()) == Sandbox.shopProjects)
        let outputs = snapshot(shop.repository, excluding: [".git"])

        let warm = try shop.ripple("run", "--all", "--format", "json")
        #expect(warm.code == 0)
        #expect(warm.json.states == Dictionary(uniqueKeysWithValues: Sandbox.shopTasks.map { ($0, "cached-local") }))
        #expect(shop.ran() == [])
        #expect(warm.json["totals"]["cached-local"].int == 5)
        for name in Sandbox.shopProjects {
            #expect(warm.errorText.contains("building \(name)\n"), "the log of \(name)")
        }
        #expect(differences(snapshot(shop.repository, excluding: [".git"]), outputs) == [])
    }

    @Test("outputs outside of the project are stored and put back, and those of others stay")
    func outsideOutputs() throws {
        let sandbox = try Sandbox.independent([])
        try sandbox.write("package.json", "{ \"private\": true }\n")
        try sandbox.write("nx.json", "{}\n")
        try sandbox.write(".gitignore", "dist/\n")
        for name in ["a", "b"] {
            try sandbox.write("libs/\(name)/src.txt", name)
            try sandbox.write(
                "libs/\(name)/project.json",
                #"{ "name": "\#(name)", "targets": { "build": { "cache": true, "outputs": ["{workspaceRoot}/dist/\#(name)"], "#
                    + #""command": "mkdir -p dist/\#(name) && cp libs/\#(name)/src.txt dist/\#(name) && echo \#(name) >> $HOME/ran" } } }"#
            )
        }
        _ = try sandbox.commit()
        #expect(try sandbox.run("--all").states == ["a#build": "succeeded", "b#build": "succeeded"])
        #expect(Set(sandbox.ran()) == ["a", "b"])
        try sandbox.remove("dist/a")
        #expect(try sandbox.run("--all").states == ["a#build": "cached-local", "b#build": "cached-local"])
        #expect(sandbox.read("dist/a/src.txt") == "a" && sandbox.read("dist/b/src.txt") == "b" && sandbox.ran() == [])
        try sandbox.write("libs/a/src.txt", "new")
        #expect(try sandbox.run("--all").states == ["a#build": "succeeded", "b#build": "cached-local"])
        #expect(sandbox.read("dist/a/src.txt") == "new" && sandbox.read("dist/b/src.txt") == "b")
    }

    @Test("outputs come back with modes, symbolic links, empty directories and odd names")
    func restoresEverything() throws {
        let sandbox = try Sandbox.independent([
            (
                "app",
                """
                echo app >> "$HOME/ran"
                mkdir -p out/deep/er out/empty out/nothing/at/all
                printf '#!/bin/sh\\n' > out/tool; chmod 755 out/tool
                cat src.txt > out/deep/er/file
                : > out/zero
                ln -s deep/er/file out/link
                ln -s no/such/thing out/dangling
                ln -s deep out/directory-link
                : > "out/two words"
                : > "$(printf 'out/new\\nline')"
                : > "$(printf 'out/bytes-\\377')"
                : > out/-dash
                : > out/.hidden
                head -c 300000 /dev/zero > out/large
                """
            )
        ])
        _ = try sandbox.run("--all")
        let before = snapshot(sandbox.repository + "/apps/app/out")
        #expect(before.count == 18, "\(before.keys.sorted())")
        try sandbox.remove("apps/app/out")
        let report = try sandbox.run("--all")
        #expect(report.states == ["app#build": "cached-local"])
        #expect(sandbox.ran() == ["app"])
        #expect(differences(snapshot(sandbox.repository + "/apps/app/out"), before) == [])
    }

    @Test(
        "outputs that were tampered with are put right",
        arguments: [
            "echo junk > out/junk", "mkdir out/extra", "printf XXXXXX > out/result.txt", "rm out/result.txt",
            "chmod 755 out/result.txt", "rm out/result.txt; ln -s ../src.txt out/result.txt",
            "touch -r out/result.txt ref; printf 'SOURCE of core\\n' > out/result.txt; touch -r ref out/result.txt; rm ref",
        ])
    func tamperedOutputs(_ tampering: String) throws {
        let shop = try Sandbox.shop()
        _ = try shop.run("--all")
        let before = snapshot(shop.repository, excluding: [".git"])
        _ = shop.ran()
        let shell = try RunningProgram(
            "sh", ["-c", tampering], environment: shop.environment, directory: shop.repository + "/libs/core",
            files: shop.root + "/io/tamper")
        #expect(shell.wait().code == 0)
        #expect(try shop.run("--all").states.values.allSatisfy { $0 == "cached-local" })
        #expect(shop.ran() == [])
        #expect(differences(snapshot(shop.repository, excluding: [".git"]), before) == [])
    }

    @Test("a changed library rebuilds itself and its dependents, and nothing else")
    func changedLibrary() throws {
        let shop = try Sandbox.shop()
        _ = try shop.run("--all")
        _ = shop.ran()
        try shop.append("libs/core/src.txt", "more\n")
        let report = try shop.run()
        #expect(
            report.states == [
                "core#build": "succeeded", "web#build": "succeeded", "api#build": "succeeded",
                "util#build": "cached-local",
            ])
        let ran = shop.ran()
        #expect(ran.first == "core")
        #expect(Set(ran) == ["core", "web", "api"])
        #expect(shop.read("apps/web/out/result.txt") == "source of web\nsource of core\nmore\n")
        #expect(try shop.run("--all").states.values.allSatisfy { $0 == "cached-local" })
    }

    @Test("going back to an earlier version reuses what was built for it")
    func backAndForth() throws {
        let shop = try Sandbox.shop()
        _ = try shop.run("--all")
        let first = snapshot(shop.repository, excluding: [".git"])
        try shop.append("libs/core/src.txt", "more\n")
        _ = try shop.run("--all")
        let second = snapshot(shop.repository, excluding: [".git"])
        _ = shop.ran()
        try shop.git("checkout", "-q", ".")
        _ = try shop.run("--all")
        #expect(differences(snapshot(shop.repository, excluding: [".git"]), first) == [])
        try shop.append("libs/core/src.txt", "more\n")
        _ = try shop.run("--all")
        #expect(differences(snapshot(shop.repository, excluding: [".git"]), second) == [])
        #expect(shop.ran() == [])
    }

    @Test("a library that is rebuilt to the same bytes does not wake its dependents")
    func cutOff() throws {
        let shop = try Sandbox.shop()
        try shop.project(
            "libs/core", build: "echo core >> \"$HOME/ran\"; mkdir -p out; head -n 1 src.txt > out/result.txt")
        try shop.commit()
        _ = try shop.run("--all")
        _ = shop.ran()
        try shop.remove("apps/web/out")
        try shop.append("libs/core/src.txt", "a second line that is not built\n")
        let report = try shop.run()
        #expect(report.states["core#build"] == "succeeded")
        #expect(report.states["web#build"] == "cut-off")
        #expect(report.states["api#build"] == "cut-off")
        #expect(shop.ran() == ["core"])
        #expect(shop.read("apps/web/out/result.txt") == "source of web\nsource of core\n")
        #expect(report["totals"]["cut-off"].int == 2)
    }

    /// A task may read through one library into the next, so what changed further below wakes it all the same.
    @Test("a library rebuilt to identical bytes does not hide a change below it")
    func cutOffInAChain() throws {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.project("libs/base")
        try sandbox.project(
            "libs/middle", dependsOn: ["base"],
            build: "echo middle >> \"$HOME/ran\"; mkdir -p out; head -n 1 ../base/out/result.txt > out/result.txt")
        try sandbox.project("apps/top", dependsOn: ["middle"], reads: ["../../libs/middle/out/result.txt"])
        try sandbox.commit()
        _ = try sandbox.run("--all")
        _ = sandbox.ran()
        try sandbox.append("libs/base/src.txt", "tail\n")
        let states = try sandbox.run().states
        #expect(states == ["base#build": "succeeded", "middle#build": "succeeded", "top#build": "succeeded"])
        #expect(sandbox.ran() == ["base", "middle", "top"])
        // And the whole is known at once the next time.
        #expect(try sandbox.run().states.values.allSatisfy { $0 == "cached-local" })
    }

    @Test("--force runs everything again")
    func force() throws {
        let shop = try Sandbox.shop()
        _ = try shop.run("--all")
        _ = shop.ran()
        #expect(try shop.run("--all", "--force").states.values.allSatisfy { $0 == "succeeded" })
        #expect(Set(shop.ran()) == Sandbox.shopProjects)
    }

    @Test("a task asked for by name runs with what it needs, affected or not")
    func exactTask() throws {
        let shop = try Sandbox.shop()
        #expect(try shop.run("web#build").states == ["core#build": "succeeded", "web#build": "succeeded"])
        #expect(shop.ran() == ["core", "web"])
    }

    @Test("when nothing is affected, run and plan say so and name --all")
    func nothingAffected() throws {
        let shop = try Sandbox.shop()
        for command in ["run", "plan"] {
            let result = try shop.ripple(command)
            #expect(result.code == 0, "\(result.summary)")
            #expect(result.text == "")
            #expect(result.errorText.contains("--all"))
            let document = try shop.ripple(command, "--format", "json")
            #expect(document.code == 0)
            #expect(document.json["tasks"].array.isEmpty && document.json["schema"].string != nil)
        }
        #expect(shop.ran() == [])
    }

    @Test("the build defaults of the root ripple.yaml hold for projects that only add a command")
    func rootDefaults() throws {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.append("ripple.yaml", "tasks:\n  build:\n    dependsOn: [\"^build\"]\n    outputs: [\"out/**\"]\n")
        try sandbox.write("apps/app/src.txt", "x\n")
        try sandbox.write(
            "apps/app/ripple.yaml", "name: app\ntasks:\n  build:\n    command: mkdir -p out && cp src.txt out/r.txt\n")
        try sandbox.commit()
        _ = try sandbox.run("--all")
        try sandbox.remove("apps/app/out")
        _ = try sandbox.run("--all")
        #expect(sandbox.read("apps/app/out/r.txt") == "x\n")
    }

    @Test("what a task prints is replayed byte for byte")
    func logBytes() throws {
        let sandbox = try Sandbox.independent([
            (
                "app",
                "printf 'first\\377\\001\\033[1m'; printf 'to stderr\\n' >&2; printf 'no line end'; mkdir -p out; : > out/x"
            )
        ])
        func log(_ result: Finished) -> [UInt8] {
            guard let start = Data(result.output).range(of: Data("first".utf8)),
                let end = Data(result.output).range(of: Data("no line end".utf8))
            else { return [] }
            return Array(result.output[start.lowerBound..<end.upperBound])
        }
        let expected = Array("first".utf8) + [0xFF, 1, 0x1B] + Array("[1mto stderr\nno line end".utf8)
        #expect(log(try sandbox.ripple("run", "--all")) == expected)
        #expect(log(try sandbox.ripple("run", "--all")) == expected)
    }

    @Test("tasks without declared outputs are reused and their logs replayed")
    func withoutOutputs() throws {
        let sandbox = try Sandbox()
        try sandbox.rootFiles()
        try sandbox.project("apps/app", build: "echo app >> \"$HOME/ran\"; echo checked", outputs: "[]")
        try sandbox.commit()
        #expect(try sandbox.run("--all").states == ["app#build": "succeeded"])
        let second = try sandbox.ripple("run", "--all")
        #expect(second.text.contains("checked\n"))
        #expect(sandbox.ran() == ["app"])
    }

    @Test("cache: false is never reused")
    func uncached() throws {
        let sandbox = try Sandbox.independent(
            [("app", "echo app >> \"$HOME/ran\"; mkdir -p out; date > out/x")], options: ["cache: false"])
        for _ in 0..<2 { #expect(try sandbox.run("--all").states == ["app#build": "succeeded"]) }
        #expect(sandbox.ran() == ["app", "app"])
    }

    @Test("two runs at the same time with one cache are both right")
    func twoAtOnce() throws {
        let shop = try Sandbox.shop()
        let clones = try (0..<3).map { number in
            let clone = "\(shop.root)/clone\(number)"
            try shop.git("clone", "-q", shop.repository, clone)
            return clone
        }
        let runs = try clones.map { try shop.start(["run", "--all"], in: $0) }
        for run in runs {
            let result = run.wait()
            #expect(result.code == 0, "\(result.summary)")
            #expect(!result.errorText.contains("warning: "), "\(result.summary)")
        }
        for clone in clones.dropFirst() {
            #expect(differences(snapshot(clone, excluding: [".git"]), snapshot(clones[0], excluding: [".git"])) == [])
        }
        #expect(try shop.ripple("cache", "verify").code == 0)
        _ = shop.ran()
        #expect(try shop.run("--all").states.values.allSatisfy { $0 == "cached-local" })
    }

    @Test("a log of many megabytes is kept and replayed whole")
    func longLog() throws {
        let sandbox = try Sandbox.independent([
            ("app", "mkdir -p out; : > out/x; yes 0123456789abcdef | head -n 200000; echo the end")
        ])
        for _ in 0..<2 {
            let result = try sandbox.ripple("run", "--all")
            #expect(result.code == 0)
            #expect(result.output.count { $0 == 10 } >= 200_001)
            #expect(result.text.contains("\nthe end\n"))
        }
    }
}
