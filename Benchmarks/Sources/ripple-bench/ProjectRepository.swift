/// The generated repository of npm packages: 100 apps and layered libraries, scripts, a lockfile, a ripple.yaml.
struct ProjectRepository {
    let packages: Int
    let filesPerPackage: Int
    let graph: PackageGraph
    /// The packages that the change touches, one of each layer.
    let changed: [Int]

    static let layers = 10
    static let changedFilesPerPackage = 2
    private static let seed: UInt64 = 2_024
    private static let externals = 1_200
    private static let externalsPerPackage = 5

    init(packages: Int, filesPerPackage: Int) {
        self.packages = packages
        self.filesPerPackage = filesPerPackage
        var generator = SeededGenerator(seed: ProjectRepository.seed)
        graph = PackageGraph(packages: packages, layers: ProjectRepository.layers, fanOut: 3, generator: &generator)
        let size = packages / ProjectRepository.layers
        var changed: [Int] = []
        for layer in 0..<ProjectRepository.layers { changed.append(layer * size + generator.below(size)) }
        self.changed = changed
    }

    var name: String { "npm-\(packages)x\(filesPerPackage)" }
    /// The same for the same bytes; part of it is raised by hand when the generator changes.
    var recipe: String { "recipe 1, \(packages) packages, \(files) files, seed \(ProjectRepository.seed)" }
    /// All files of the repository: those of the packages, and package.json, package-lock.json, ripple.yaml, .gitignore.
    var files: Int { packages * filesPerPackage + 4 }
    var changedFiles: Int { changed.count * ProjectRepository.changedFilesPerPackage }
    /// How many projects the change must affect: the changed ones and all that depend on them.
    var affected: Int { graph.dependents(of: changed).count }

    /// The last layer holds the apps.
    private func path(_ number: Int) -> String {
        number >= packages - packages / ProjectRepository.layers ? "apps/app-\(number)" : "packages/lib-\(number)"
    }

    /// Writes the stream: `main` and `change` (20 files edited in 10 packages), and the same two with build inputs that
    /// exclude test files by name, so that no directory's id can stand for its files.
    func write(_ path: String) throws(BenchmarkError) {
        var stream = try FastImport(path)
        stream.commit("Everything", on: "main")
        stream.file(".gitignore", "node_modules/\ndist/\n")
        stream.file("package.json", rootManifest)
        stream.file("package-lock.json", lockfile())
        stream.file("ripple.yaml", ProjectRepository.configuration(testsLieIn: "test/**"))
        for number in 0..<packages { writePackage(number, &stream) }
        stream.commit("Edit \(changedFiles) files", on: "change", parent: "main")
        writeEdits(&stream)
        stream.commit("Find tests by name", on: "by-name", parent: "main")
        stream.file("ripple.yaml", ProjectRepository.configuration(testsLieIn: "**/*.test.ts"))
        stream.commit("Edit \(changedFiles) files", on: "by-name-change", parent: "by-name")
        writeEdits(&stream)
        try stream.finish()
    }

    private func writePackage(_ number: Int, _ stream: inout FastImport) {
        var generator = SeededGenerator(seed: ProjectRepository.seed &+ UInt64(number) &* 7_919)
        let place = path(number)
        stream.file("\(place)/package.json", manifest(number))
        stream.file("\(place)/README.md", "# \(place)\n\nWhat it does and how to use it.\n")
        stream.file("\(place)/tsconfig.json", "{ \"compilerOptions\": { \"strict\": true, \"outDir\": \"dist\" } }\n")
        let folders = ["src", "src/api", "src/model", "src/view", "test"]
        for file in 0..<(filesPerPackage - 3) {
            let folder = folders[file % folders.count]
            let suffix = folder == "test" ? ".test.ts" : ".ts"
            stream.file("\(place)/\(folder)/file\(file)\(suffix)", SourceText.module(8, &generator))
        }
    }

    private func writeEdits(_ stream: inout FastImport) {
        for number in changed {
            for file in 0..<ProjectRepository.changedFilesPerPackage {
                let folder = file == 0 ? "src" : "src/api"
                stream.file("\(path(number))/\(folder)/file\(file).ts", "export const edited = \(number);\n")
            }
        }
    }

    // MARK: Manifests

    private static func configuration(testsLieIn tests: String) -> String {
        """
        version: 1
        defaultBase: main
        tasks:
          build:
            command: npm run build
            dependsOn: ["^build"]
            inputs: ["**/*", "!\(tests)", "!README.md"]
            outputs: ["dist/**"]
            env: ["NODE_ENV"]
          test:
            command: npm test
            dependsOn: ["build"]
            cache: true
          lint:
            command: npm run lint
            cache: true

        """
    }

    private var rootManifest: String {
        """
        {
          "name": "bench",
          "version": "0.0.0",
          "private": true,
          "workspaces": ["apps/*", "packages/*"]
        }

        """
    }

    private func externals(of number: Int) -> [Int] {
        var generator = SeededGenerator(seed: UInt64(number) &* 104_729 &+ 1)
        var chosen = Set<Int>()
        while chosen.count < ProjectRepository.externalsPerPackage {
            chosen.insert(generator.below(ProjectRepository.externals))
        }
        return chosen.sorted()
    }

    private func dependencyLines(_ number: Int, indent: String) -> String {
        let inner = graph.dependencies[number].map { "\(indent)\"@bench/\(packageName($0))\": \"1.0.0\"" }
        let outer = externals(of: number).map { "\(indent)\"external-\($0)\": \"^\($0 % 9 + 1).0.0\"" }
        return (inner + outer).joined(separator: ",\n")
    }

    private func packageName(_ number: Int) -> String {
        let place = path(number)
        return String(place[place.index(after: place.lastIndex(of: "/") ?? place.startIndex)...])
    }

    private func manifest(_ number: Int) -> String {
        """
        {
          "name": "@bench/\(packageName(number))",
          "version": "1.0.0",
          "private": true,
          "main": "dist/index.js",
          "scripts": {
            "build": "tsc -p .",
            "test": "node --test",
            "lint": "eslint src"
          },
          "dependencies": {
        \(dependencyLines(number, indent: "    "))
          }
        }

        """
    }

    /// Version 3, as npm 7 and later write it: https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json.
    private func lockfile() -> String {
        var entries: [String] = [
            "    \"\": { \"name\": \"bench\", \"version\": \"0.0.0\", \"workspaces\": [\"apps/*\", \"packages/*\"] }"
        ]
        for number in 0..<packages {
            entries.append(
                """
                    "\(path(number))": {
                      "name": "@bench/\(packageName(number))",
                      "version": "1.0.0",
                      "dependencies": {
                \(dependencyLines(number, indent: "        "))
                      }
                    }
                """)
            entries.append(
                """
                    "node_modules/@bench/\(packageName(number))": {
                      "resolved": "\(path(number))",
                      "link": true
                    }
                """)
        }
        var generator = SeededGenerator(seed: ProjectRepository.seed &+ 1)
        for number in 0..<ProjectRepository.externals {
            let next =
                number + 1 < ProjectRepository.externals
                ? ",\n      \"dependencies\": { \"external-\(number + 1)\": \"^\((number + 1) % 9 + 1).0.0\" }" : ""
            entries.append(
                """
                    "node_modules/external-\(number)": {
                      "version": "\(number % 9 + 1).2.3",
                      "resolved": "https://registry.npmjs.org/external-\(number)/-/external-\(number)-\(number % 9 + 1).2.3.tgz",
                      "integrity": "sha512-\(generator.next())\(generator.next())\(generator.next())\(generator.next())=="\(next)
                    }
                """)
        }
        return """
            {
              "name": "bench",
              "version": "0.0.0",
              "lockfileVersion": 3,
              "requires": true,
              "packages": {
            \(entries.joined(separator: ",\n"))
              }
            }

            """
    }
}
