/// A generated workspace of ten packages with a lockfile of thousands of external packages, of which a change bumps one.
struct LockfileRepository {
    enum Manager: String {
        /// `pnpm-lock.yaml`, version 9: https://github.com/pnpm/spec/blob/master/lockfile/9.0.md.
        case pnpm
        /// `package-lock.json`, version 3.
        case npm
    }

    let manager: Manager
    let externals: Int

    private static let packages = 10
    private static let seed: UInt64 = 4_711

    var name: String { "lock-\(manager)-\(externals)" }
    /// The same for the same bytes; the number is raised by hand when the generator changes.
    var recipe: String { "recipe 1, \(manager), \(externals) external packages, seed \(LockfileRepository.seed)" }
    /// The lockfile alone.
    var changedFiles: Int { 1 }
    /// Who reaches the package that is bumped: each package uses a chain of its own.
    var affected: Int { 1 }

    private var lockfile: String { manager == .pnpm ? "pnpm-lock.yaml" : "package-lock.json" }

    func write(_ path: String) throws(BenchmarkError) {
        var stream = try FastImport(path)
        stream.commit("Everything", on: "main")
        stream.file(".gitignore", "node_modules/\n")
        stream.file(
            "package.json",
            #"{ "name": "bench", "private": true, "workspaces": ["packages/*"] }"# + "\n")
        if manager == .pnpm { stream.file("pnpm-workspace.yaml", "packages:\n  - packages/*\n") }
        for number in 0..<LockfileRepository.packages {
            stream.file(
                "packages/p\(number)/package.json",
                """
                { "name": "p\(number)", "version": "1.0.0", "private": true,
                  "scripts": { "build": "tsc" }, "dependencies": { "external-\(number)": "^1.0.0" } }

                """)
            stream.file("packages/p\(number)/index.ts", "export const number = \(number);\n")
        }
        stream.file(lockfile, lock(bumped: nil))
        stream.commit("Bump one package", on: "change", parent: "main")
        // Far from where its chain begins, and in the chain of package 3.
        stream.file(
            lockfile, lock(bumped: externals / 2 / LockfileRepository.packages * LockfileRepository.packages + 3))
        try stream.finish()
    }

    private func version(_ number: Int, _ bumped: Int?) -> String { number == bumped ? "1.1.0" : "1.0.\(number % 7)" }

    /// What a package uses: the next two of its chain.
    private func uses(_ number: Int) -> [Int] {
        [1, 2].map { number + $0 * LockfileRepository.packages }.filter { $0 < externals }
    }

    private func integrity(_ number: Int, _ bumped: Int?) -> String {
        var generator = SeededGenerator(
            seed: LockfileRepository.seed &+ UInt64(number) &* 31 &+ (number == bumped ? 1_000_003 : 0))
        let words = (0..<5).map { _ in String(generator.next(), radix: 36) }
        return "sha512-\(words.joined())=="
    }

    private func lock(bumped: Int?) -> String {
        manager == .pnpm ? pnpmLock(bumped) : npmLock(bumped)
    }

    private func pnpmLock(_ bumped: Int?) -> String {
        var text = "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n\nimporters:\n\n  .: {}\n"
        for number in 0..<LockfileRepository.packages {
            text += "\n  packages/p\(number):\n    dependencies:\n      external-\(number):\n"
            text += "        specifier: ^1.0.0\n        version: \(version(number, bumped))\n"
        }
        text += "\npackages:\n"
        for number in 0..<externals {
            text += "\n  external-\(number)@\(version(number, bumped)):\n"
            text += "    resolution: {integrity: \(integrity(number, bumped))}\n    engines: {node: '>=18'}\n"
        }
        text += "\nsnapshots:\n"
        for number in 0..<externals {
            text += "\n  external-\(number)@\(version(number, bumped)):"
            let uses = uses(number)
            text += uses.isEmpty ? " {}\n" : "\n    dependencies:\n"
            for use in uses { text += "      external-\(use): \(version(use, bumped))\n" }
        }
        return text
    }

    private func npmLock(_ bumped: Int?) -> String {
        var entries = [#"    "": { "name": "bench", "workspaces": ["packages/*"] }"#]
        for number in 0..<LockfileRepository.packages {
            entries.append(
                """
                    "packages/p\(number)": {
                      "name": "p\(number)",
                      "version": "1.0.0",
                      "dependencies": { "external-\(number)": "^1.0.0" }
                    }
                """)
        }
        for number in 0..<externals {
            let uses = uses(number).map { "\"external-\($0)\": \"^1.0.0\"" }.joined(separator: ", ")
            let version = version(number, bumped)
            entries.append(
                """
                    "node_modules/external-\(number)": {
                      "version": "\(version)",
                      "resolved": "https://registry.example/external-\(number)/-/external-\(number)-\(version).tgz",
                      "integrity": "\(integrity(number, bumped))",
                      "dependencies": { \(uses) }
                    }
                """)
        }
        return """
            { "name": "bench", "lockfileVersion": 3, "requires": true,
              "packages": {
            \(entries.joined(separator: ",\n"))
              }
            }

            """
    }
}
