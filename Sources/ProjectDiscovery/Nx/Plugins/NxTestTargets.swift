internal import GitObjects
internal import JSONText

/// The targets of the plugins for tests and linters. Sources: `createNodes` of packages/vitest, jest, playwright, cypress,
/// detox, eslint in https://github.com/nrwl/nx, Nx 18 to 23.
extension NxInference {
    private static let everyExtension = ["js", "ts", "mjs", "mts", "cjs", "cts"]

    mutating func addVitest() throws(GitError) {
        for file in try configurations(["vite.config", "vitest.config"], NxInference.everyExtension) {
            try addVitest(file)
        }
    }

    /// A vitest.config makes a target, a vite.config one that has `test`.
    mutating func addVitest(_ file: NxConfigurationFile) throws(GitError) {
        guard file.name.hasPrefix("vitest.config") || file.has("test") != false else { return }
        // A root that only lists the configurations of others.
        if place.isRoot, file.has("test", "projects") == true { return }
        let test = options.name("testTargetName", "test")
        var outputs: Outputs =
            switch file.text("test", "coverage", "reportsDirectory") {
            // The plugin names the shared directory; Vitest itself takes the project's.
            case .absent: .known(["{projectRoot}/coverage", place.sharedOutput("coverage")])
            case .known(let text): .known([place.output(text)])
            case .unknown: .decided(by: file, "where reports of tests lie")
            }
        if NxInference.movesRoot(file) { outputs = .decided(by: file, "where reports of tests lie") }
        add(
            test, command: options.text("testMode") == "run" ? "vitest run" : "vitest",
            inputs: place.testInputs + (try place.namedInputs(of: file)) + [.environment("CI"), .dependentOutputs],
            outputs: outputs)
        addSplit(options.text("ciTargetName"), like: test)
    }

    mutating func addJest() throws(GitError) {
        guard let file = try configurations(["jest.config"], ["cjs", "mjs", "js", "cts", "mts", "ts"]).last,
            !file.mentions("getJestProjectsAsync()")
        else { return }
        let test = options.name("targetName", "test")
        let outputs: Outputs =
            switch file.text("coverageDirectory") {
            case .absent: .known([])
            case .known(let text): .known([place.output(text.replacing("<rootDir>/", with: ""))])
            case .unknown: .decided(by: file, "where reports of tests lie")
            }
        let compiler = #"{"moduleResolution":"node10","module":"commonjs","customConditions":null}"#
        add(
            test, command: "jest", inputs: place.testInputs + (try place.namedInputs(of: file)) + [.dependentOutputs],
            outputs: outputs, environment: [("TS_NODE_COMPILER_OPTIONS", compiler)])
        addSplit(options.text("ciTargetName"), like: test)
    }

    mutating func addPlaywright() throws(GitError) {
        guard let file = try configurations(["playwright.config"], NxInference.everyExtension).last else { return }
        let test = options.name("targetName", "e2e")
        let directory: String? =
            switch file.text("outputDir", isWrapped: false) {
            case .absent: "test-results"
            case .known(let text): text
            case .unknown: nil
            }
        let reports = NxInference.reports(file)
        let outputs: Outputs =
            if let directory, let reports {
                .known(([directory] + reports).map { place.output($0) })
            } else {
                .decided(by: file, "where results of tests lie")
            }
        add(
            test, command: "playwright test",
            inputs: place.testInputs + (try place.namedInputs(of: file)),
            outputs: outputs)
        addSplit(options.name("ciTargetName", "e2e-ci"), like: test)
    }

    /// Where the reporters of a configuration write; `nil` when that is not written out.
    private static func reports(_ file: NxConfigurationFile) -> [String]? {
        switch file.setting(["reporter"], isWrapped: false) {
        case .absent: return []
        case .unknown: return nil
        case .known(let node):
            var places: [String] = []
            for entry in node.items ?? [node] {
                let name = entry.string ?? entry.items?.first?.string
                switch name {
                case "list", "line", "dot", "github", "null": break
                case "html":
                    switch entry.items?.dropFirst().first?.setting(["outputFolder"]) ?? .absent {
                    case .absent: places.append("playwright-report")
                    case .known(let folder):
                        guard let text = folder.string else { return nil }
                        places.append(text)
                    case .unknown: return nil
                    }
                default: return nil
                }
            }
            return places
        }
    }

    mutating func addCypress() throws(GitError) {
        guard let file = try configurations(["cypress.config"], ["js", "ts", "mjs", "cjs"]).last else { return }
        let compiler = [("TS_NODE_COMPILER_OPTIONS", #"{"customConditions":null}"#)]
        let inputs = place.testInputs + (try place.namedInputs(of: file))
        let test = options.name("targetName", "e2e")
        if file.has("e2e", isWrapped: false) != false {
            add(
                test, command: "cypress run", inputs: inputs, outputs: recordings(file, "e2e"), environment: compiler)
            if file.mentions("ciWebServerCommand") { addSplit(options.name("ciTargetName", "e2e-ci"), like: test) }
        }
        let component = options.name("componentTestingTargetName", "component-test")
        if file.has("component", isWrapped: false) != false, component.map({ targets[$0] == nil }) ?? false {
            add(
                component, command: "cypress run --component", inputs: inputs,
                outputs: recordings(file, "component"), environment: compiler)
            addSplit(options.text("ciComponentTestingTargetName"), like: component)
        }
        addServer(options.name("openTargetName", "open-cypress"), command: "cypress open")
    }

    /// The folders of videos and pictures that are set for a kind of test.
    private func recordings(_ file: NxConfigurationFile, _ kind: String) -> Outputs {
        var found: [String?] = []
        for key in ["videosFolder", "screenshotsFolder"] {
            for setting in [file.text(key, isWrapped: false), file.text(kind, key, isWrapped: false)] {
                switch setting {
                case .absent: break
                case .known(let text): found.append(place.output(text))
                case .unknown: return .decided(by: file, "where recordings of tests lie")
                }
            }
        }
        return .known(found)
    }

    mutating func addDetox() throws(GitError) {
        guard place.names.contains(where: { $0.hasPrefix(".detoxrc.") || $0.hasPrefix("detox.config.") }) else {
            return
        }
        add(options.name("buildTargetName", "build"), executor: "@nx/detox:build")
        add(options.name("testTargetName", "test"), executor: "@nx/detox:test")
        addServer(options.name("startTargetName", "start"), executor: "@nx/detox:start")
    }

    // MARK: ESLint

    private static let lintFiles = [
        "eslint.config.js", "eslint.config.cjs", "eslint.config.mjs", "eslint.config.ts", "eslint.config.cts",
        "eslint.config.mts", ".eslintrc", ".eslintrc.js", ".eslintrc.cjs", ".eslintrc.yaml", ".eslintrc.yml",
        ".eslintrc.json",
    ]
    private static let baseLintFiles = [
        ".eslintrc.base.json", "eslint.base.config.js", "eslint.base.config.cjs", "eslint.base.config.mjs",
        "eslint.base.config.ts", "eslint.base.config.cts", "eslint.base.config.mts",
    ]

    mutating func addESLint() throws(GitError) {
        guard let nearest = try nearestLintFile() else { return }
        var directory = "."
        if place.isRoot {
            var source: String?
            for name in ["src", "lib"] where source == nil {
                if try place.files.entry(place.path.appending(name))?.mode == .directory { source = name }
            }
            guard let source else { return }
            directory = "./\(source)"
        }
        let extensions =
            options.object("extensions")?.array?.compactMap(\.string).map { String($0.drop { $0 == "." }) }
            ?? ["ts", "cts", "mts", "tsx", "js", "cjs", "mjs", "jsx", "html", "vue"]
        guard try holdsFile(with: extensions, in: place.path) else { return }
        var inputs: [NxInput] = NxInputExpansion.defaults
        let rootNames = try NxPlace.fileNames(in: place.root, place.files)
        var files = [nearest]
        if let name = (NxInference.baseLintFiles + NxInference.lintFiles).first(where: rootNames.contains) {
            files.append(place.root.appending(name))
        }
        for file in files {
            guard let text = file.relative(to: place.root)?.utf8Text else { continue }
            inputs.append(.files("{workspaceRoot}/\(NxGlob.literal(text))"))
        }
        inputs.append(.files("{workspaceRoot}/tools/eslint-rules/**/*"))
        // Versions of ESLint differ in which form they take without being told.
        let isFlat = files.contains { String(decoding: $0.lastComponent, as: UTF8.self).hasPrefix("eslint.") }
        add(
            options.name("targetName", "lint"), command: "eslint \(directory)", inputs: inputs,
            outputs: .known(["{options.outputFile}"]),
            environment: [("ESLINT_USE_FLAT_CONFIG", isFlat ? "true" : "false")])
    }

    private func nearestLintFile() throws(GitError) -> RepoPath? {
        var directory: RepoPath? = place.path
        while let current = directory, current.isWithin(place.root) {
            let present = try NxPlace.fileNames(in: current, place.files)
            if let name = NxInference.lintFiles.first(where: present.contains) {
                let file = current.appending(name)
                return applies(to: file) ? file : nil
            }
            directory = current.isRoot ? nil : current.parent
        }
        return nil
    }

    /// Whether a file with such a name lies in the directory, outside of projects below it.
    private func holdsFile(with extensions: [String], in path: RepoPath) throws(GitError) -> Bool {
        guard let directory = try place.files.directory(path) else { return false }
        for entry in directory.entries where entry.mode.isFile {
            let name = directory.name(of: entry)
            guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { continue }
            if extensions.contains(String(decoding: name[(dot + 1)...], as: UTF8.self)) { return true }
        }
        for entry in directory.entries where entry.mode == .directory {
            let below = path.appending(directory.name(of: entry))
            let names = try NxPlace.fileNames(in: below, place.files)
            if names.contains("project.json") || names.contains("package.json") { continue }
            if try holdsFile(with: extensions, in: below) { return true }
        }
        return false
    }
}
