import Testing

/// Workspaces for the comparison with cargo: hand-made ones, one for each rule, and random ones.
enum CargoShapes {
    private static let source = "pub fn f() {}"
    private static let main = "fn main() {}"

    static let all: [String: [String: String]] = [
        "virtual, globs": [
            "Cargo.toml": "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"",
            "crates/a/Cargo.toml": crate("a", "[dependencies]\nb = { path = \"../b\" }"),
            "crates/a/src/main.rs": main,
            "crates/b/Cargo.toml": crate("b"), "crates/b/src/lib.rs": source,
            "crates/.hidden/Cargo.toml": crate("hidden"), "crates/.hidden/src/lib.rs": source,
            "crates/README.md": "not a directory",
        ],
        "globs of all kinds": [
            "Cargo.toml":
                "[workspace]\nresolver = \"2\"\nmembers = [\"lib?\", \"x/**/deep\", \"[ab]pp\", \"pre*fix/*\"]",
            "lib1/Cargo.toml": crate("lib1"), "lib1/src/lib.rs": source,
            "lib22/Cargo.toml": crate("lib22"), "lib22/src/lib.rs": source,
            "x/deep/Cargo.toml": crate("d0"), "x/deep/src/lib.rs": source,
            "x/y/z/deep/Cargo.toml": crate("d2"), "x/y/z/deep/src/lib.rs": source,
            "app/Cargo.toml": crate("app"), "app/src/bin/one.rs": main, "app/src/lib.rs": source,
            "bpp/Cargo.toml": crate("bpp"), "bpp/src/bin/two/main.rs": main,
            "cpp/Cargo.toml": crate("cpp"), "cpp/src/lib.rs": source,
            "pre-a-fix/q/Cargo.toml": crate("q"), "pre-a-fix/q/src/lib.rs": source,
        ],
        "package root with members and automatic ones": [
            "Cargo.toml": crate("root", "[dependencies]\nauto = { path = \"auto\" }\n[workspace]\nmembers = [\"m\"]"),
            "src/lib.rs": source,
            "auto/Cargo.toml": crate("auto", "[build-dependencies]\nmore = { path = \"../deep/more\" }"),
            "auto/src/lib.rs": source, "auto/build.rs": main,
            "deep/more/Cargo.toml": crate("more"), "deep/more/src/lib.rs": source,
            "m/Cargo.toml": crate("m", "[dev-dependencies]\nroot = { path = \"..\" }"), "m/src/lib.rs": source,
        ],
        "exclude, and an excluded crate that is depended on": [
            "Cargo.toml":
                "[workspace]\nresolver = \"2\"\nmembers = [\"crates/*\"]\nexclude = [\"crates/out\", \"vendor\"]",
            "crates/in/Cargo.toml": crate("in", "[dependencies]\nv = { path = \"../../vendor/v\" }"),
            "crates/in/src/lib.rs": source,
            "crates/out/Cargo.toml": crate("out"), "crates/out/src/lib.rs": source,
            "vendor/v/Cargo.toml": crate("v", "[dependencies]\nw = { path = \"../w\" }"), "vendor/v/src/lib.rs": source,
            "vendor/w/Cargo.toml": crate("w"), "vendor/w/src/lib.rs": source,
            "vendor/unused/Cargo.toml": crate("unused"), "vendor/unused/src/lib.rs": source,
        ],
        "an exact member wins over exclude": [
            "Cargo.toml": "[workspace]\nmembers = [\"x/a\"]\nexclude = [\"x\"]\nresolver = \"2\"",
            "x/a/Cargo.toml": crate("a"), "x/a/src/lib.rs": source,
            "x/b/Cargo.toml": crate("b"), "x/b/src/lib.rs": source,
        ],
        "nested workspace": [
            "Cargo.toml": "[workspace]\nmembers = [\"a\"]\nexclude = [\"fuzz\"]\nresolver = \"2\"",
            "a/Cargo.toml": crate("a"), "a/src/lib.rs": source,
            "fuzz/Cargo.toml": crate("fuzz", "[workspace]\n[dependencies]\na = { path = \"../a\" }"),
            "fuzz/src/main.rs": main,
            "a/fuzz/Cargo.toml": crate("a-fuzz", "[workspace]\nmembers = [\"part\"]"), "a/fuzz/src/lib.rs": source,
            "a/fuzz/part/Cargo.toml": crate("part"), "a/fuzz/part/src/lib.rs": source,
        ],
        "members outside the root directory": [
            "ws/Cargo.toml": "[workspace]\nmembers = [\"../side\", \"in\"]\nresolver = \"2\"",
            "ws/in/Cargo.toml": crate(
                "in", "[dependencies]\nside = { path = \"../../side\" }\nfar = { path = \"../../far\" }"),
            "ws/in/src/lib.rs": source,
            "side/Cargo.toml": crate("side", "workspace = \"../ws\""), "side/src/lib.rs": source,
            "far/Cargo.toml": crate("far"), "far/src/lib.rs": source,
        ],
        "inherited, renamed, optional and target dependencies": [
            "Cargo.toml": """
            [workspace]
            members = ["m/*"]
            resolver = "2"
            [workspace.dependencies]
            a = { path = "m/a", version = "0.1" }
            bee = { path = "m/b", package = "b" }
            serde = "1"
            """,
            "m/a/Cargo.toml": crate("a"), "m/a/src/lib.rs": source,
            "m/b/Cargo.toml": crate("b", "[dependencies]\nb-self = { path = \".\", package = \"b\", optional = true }"),
            "m/b/src/lib.rs": source,
            "m/c/Cargo.toml": crate(
                "c",
                """
                [dependencies]
                a.workspace = true
                serde = { workspace = true, features = ["derive"] }
                other = { path = "../d", package = "d", optional = true }
                [dev_dependencies]
                bee = { workspace = true }
                [target.'cfg(unix)'.build-dependencies]
                "d" = { path = "../d" }
                [target.x86_64-unknown-linux-gnu.dependencies.bee]
                workspace = true
                """),
            "m/c/src/lib.rs": source,
            "m/d/Cargo.toml": crate("d"), "m/d/src/lib.rs": source,
        ],
        "binaries, declared and found": [
            "Cargo.toml": "[workspace]\nmembers = [\"*\"]\nresolver = \"2\"",
            "off/Cargo.toml": crate("off", "autobins = false"), "off/src/lib.rs": source, "off/src/main.rs": main,
            "listed/Cargo.toml": crate("listed", "autobins = false\n[[bin]]\nname = \"x\"\npath = \"y.rs\""),
            "listed/y.rs": main,
            "lib/Cargo.toml": crate("lib"), "lib/src/lib.rs": source, "lib/src/bin/readme.txt": "",
            "lib/examples/e.rs": main,
            "both/Cargo.toml": crate("both"), "both/src/lib.rs": source, "both/src/main.rs": main,
        ],
        "alone, with a crate below": [
            "tool/Cargo.toml": crate("tool", "[dependencies]\npart = { path = \"part\" }"), "tool/src/main.rs": main,
            "tool/part/Cargo.toml": crate("part"), "tool/part/src/lib.rs": source,
            "other/Cargo.toml": crate("other"), "other/src/lib.rs": source,
        ],
        "a dependency into another workspace": [
            "one/Cargo.toml": "[workspace]\nmembers = [\"a\"]\nresolver = \"2\"",
            "one/a/Cargo.toml": crate("a", "[dependencies]\nb = { path = \"../../two/b\" }"),
            "one/a/src/lib.rs": source,
            "two/Cargo.toml": "[workspace]\nmembers = [\"b\", \"c\"]\nresolver = \"2\"",
            "two/b/Cargo.toml": crate("b"), "two/b/src/lib.rs": source,
            "two/c/Cargo.toml": crate("c"), "two/c/src/lib.rs": source,
        ],
        "TOML 1.1 inline tables": [
            "Cargo.toml": "[workspace]\nmembers = [\n  \"a\", # first\n  'b',\n]\nresolver = \"2\"",
            "a/Cargo.toml": crate("a", "[dependencies]\nb = {\n  path = \"../b\", # here\n  features = [\n  ],\n}"),
            "a/src/lib.rs": source,
            "b/Cargo.toml": crate("b"), "b/src/lib.rs": source,
        ],
    ]

    /// A workspace of up to a dozen crates in several places, with dependencies of every kind among them.
    static func random(_ numbers: inout SeededNumbers) -> [String: String] {
        var files: [String: String] = [:]
        let places = ["crates", "libs/deep", "extra", "skip", "."]
        let count = Int.random(in: 2...12, using: &numbers)
        let paths = (0..<count).map { index -> String in
            let place = places.randomElement(using: &numbers) ?? "crates"
            return place == "." ? "c\(index)" : "\(place)/c\(index)"
        }
        let isVirtual = numbers.chance(50)
        var members = ["crates/*", "libs/**/c*"].filter { pattern in
            paths.contains { $0.hasPrefix(pattern.prefix(4)) }
        }
        members += paths.filter { _ in numbers.chance(30) }
        var root = "[workspace]\nresolver = \"2\"\nmembers = [\(members.map { "\"\($0)\"" }.joined(separator: ", "))]\n"
        if numbers.chance(60) { root += "exclude = [\"skip\"]\n" }
        root += "[workspace.dependencies]\next = \"1\"\n"
        for (index, path) in paths.enumerated() {
            root += "d\(index) = { path = \"\(path)\", package = \"c\(index)\" }\n"
        }
        if !isVirtual {
            let wanted = Int.random(in: 0..<count, using: &numbers)
            root = crate("root", "[dependencies]\nc\(wanted) = { path = \"\(paths[wanted])\" }") + root
            files["src/lib.rs"] = source
        }
        files["Cargo.toml"] = root
        for (index, path) in paths.enumerated() {
            // What the workspace leaves out cannot inherit from it.
            let mayInherit = !path.hasPrefix("skip/")
            files["\(path)/Cargo.toml"] = crate("c\(index)", tables(index, path, paths, mayInherit, &numbers))
            files[numbers.chance(30) ? "\(path)/src/main.rs" : "\(path)/src/lib.rs"] = main
            if numbers.chance(20) { files["\(path)/src/bin/tool.rs"] = main }
        }
        return files
    }

    private static func tables(
        _ index: Int, _ path: String, _ paths: [String], _ mayInherit: Bool, _ numbers: inout SeededNumbers
    ) -> String {
        var text = ""
        let up = path.split(separator: "/").map { _ in ".." }.joined(separator: "/")
        for section in ["dependencies", "dev-dependencies", "build-dependencies", "target.'cfg(unix)'.dependencies"] {
            guard numbers.chance(60) else { continue }
            text += "[\(section)]\n"
            for (other, target) in paths.enumerated() where other != index && numbers.chance(20) {
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0 where mayInherit: text += "d\(other).workspace = true\n"
                case 1: text += "r\(other) = { package = \"c\(other)\", path = \"\(up)/\(target)\" }\n"
                case 2: text += "c\(other).path = \"\(up)/\(target)/.\"\n"
                default: text += "c\(other) = { path = \"\(up)/\(target)\", default-features = false }\n"
                }
            }
            if numbers.chance(30) { text += mayInherit ? "ext = { workspace = true }\n" : "ext = \"1\"\n" }
        }
        return text
    }
}
