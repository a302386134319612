internal import GitObjects

/// The targets of the plugins for bundlers and frameworks. Sources: `createNodes` of packages/vite, webpack, rspack,
/// rsbuild, rollup, next, nuxt, remix, react, storybook in https://github.com/nrwl/nx, Nx 18 to 23.
extension NxInference {
    private static let everyExtension = ["js", "ts", "mjs", "mts", "cjs", "cts"]

    mutating func addVite(runsTests: Bool) throws(GitError) {
        let names = runsTests ? ["vite.config", "vitest.config"] : ["vite.config"]
        for file in try configurations(names, NxInference.everyExtension) {
            if file.name.hasPrefix("vite.config") { try addVite(file) }
            if runsTests { try addVitest(file) }
        }
    }

    private mutating func addVite(_ file: NxConfigurationFile) throws(GitError) {
        // React Router and Remix build such projects, and have plugins of their own.
        guard !place.names.contains(where: { $0.hasPrefix("react-router.config.") }) else { return }
        let build = options.name("buildTargetName", "build")
        let usesRemix = file.mentions("@remix-run/dev")
        let isLibrary = file.has("build", "lib")
        let decided = [
            isLibrary, file.has("build", "rollupOptions", "input"), file.has("build", "rolldownOptions", "input"),
            file.has("builder", "buildApp"),
        ]
        let isBuildable =
            place.names.contains("index.html") || file.usesFramework || decided.contains { $0 != false }
        if isBuildable, !usesRemix {
            var outputs = Outputs.known(["{projectRoot}/dist"])
            switch file.text("build", "outDir") {
            case .absent where !file.usesFramework: break
            case .known(let text): outputs = .known([place.output(text)])
            case .absent, .unknown: outputs = .decided(by: file, "where the results of 'vite build' lie")
            }
            if NxInference.movesRoot(file) { outputs = .decided(by: file, "where the results of 'vite build' lie") }
            add(
                build, command: "vite build", dependsOn: build.map { ["^\($0)"] } ?? [],
                inputs: try productionInputs(file), outputs: outputs)
            let serves = [file.has("server", "host"), file.has("server", "port")].contains { $0 != false }
            if isLibrary != true || serves {
                addServer(options.name("serveTargetName", "serve"), command: "vite")
                addServer(options.name("devTargetName", "dev"), command: "vite")
                addServer(
                    options.name("previewTargetName", "preview"), command: "vite preview",
                    dependsOn: build.map { [$0] } ?? [])
                addFileServer(options.name("serveStaticTargetName", "serve-static"), of: build)
            }
        }
        let usesVue = file.mentions("@vitejs/plugin-vue")
        addTypeCheck(
            compiler: options.text("compiler") ?? (usesVue ? "vue-tsc" : "tsc"), inputs: try productionInputs(file))
        addBuildDependencies()
    }

    /// Whether paths of the file may begin elsewhere than in the project.
    static func movesRoot(_ file: NxConfigurationFile) -> Bool {
        switch file.text("root") {
        case .absent, .known("."), .known("./"): false
        case .known, .unknown: true
        }
    }

    mutating func addWebpack() throws(GitError) {
        guard let file = try configurations(["webpack.config"], ["js", "ts", "mjs", "cjs"]).last else { return }
        let build = options.name("buildTargetName", "build")
        add(
            build, command: "webpack-cli build", dependsOn: build.map { ["^\($0)"] } ?? [],
            inputs: try productionInputs(file), outputs: bundle(file), environment: [("NODE_ENV", "production")])
        let serve = options.name("serveTargetName", "serve"), preview = options.name("previewTargetName", "preview")
        addServer(serve, command: "webpack-cli serve")
        addServer(preview, command: "webpack-cli serve")
        addFileServer(options.name("serveStaticTargetName", "serve-static"), of: build)
        addBuildDependencies()
    }

    mutating func addRspack() throws(GitError) {
        guard let file = try configurations(["rspack.config"], NxInference.everyExtension).last else { return }
        let build = options.name("buildTargetName", "build")
        let readsTypeScript = [".ts", ".cts", ".mts"].contains { file.name.hasSuffix($0) }
        let compiler = #"{"module":"CommonJS","moduleResolution":"Node10","customConditions":null}"#
        add(
            build, command: "rspack build --node-env=production", dependsOn: build.map { ["^\($0)"] } ?? [],
            inputs: try productionInputs(file), outputs: bundle(file),
            environment: readsTypeScript ? [("TS_NODE_COMPILER_OPTIONS", compiler)] : [])
        addServer(options.name("serveTargetName", "serve"), command: "rspack serve --node-env=development")
        addServer(options.name("previewTargetName", "preview"), command: "rspack serve --node-env=production")
        addFileServer(options.name("serveStaticTargetName", "serve-static"), of: build)
        addBuildDependencies()
    }

    /// `output.path` of a configuration of webpack or Rspack; plugins set it too, so what is not written out is not known.
    private func bundle(_ file: NxConfigurationFile) -> Outputs {
        if case .known(let text) = file.text("output", "path", isWrapped: false) { return .known([place.output(text)]) }
        return .decided(by: file, "where bundles lie")
    }

    mutating func addRsbuild() throws(GitError) {
        guard let file = try configurations(["rsbuild.config"], NxInference.everyExtension).last else { return }
        let build = options.name("buildTargetName", "build")
        let outputs: Outputs =
            switch file.text("output", "distPath", "root") {
            // The plugin names the shared directory; Rsbuild itself takes the project's.
            case .absent: .known(["{projectRoot}/dist", place.sharedOutput("dist")])
            case .known(let text): .known([place.output(text)])
            case .unknown: .decided(by: file, "where bundles lie")
            }
        add(
            build, command: "rsbuild build --mode=production", dependsOn: build.map { ["^\($0)"] } ?? [],
            inputs: try productionInputs(file), outputs: outputs)
        addServer(options.name("devTargetName", "dev"), command: "rsbuild dev --mode=development")
        addServer(
            options.name("previewTargetName", "preview"), command: "rsbuild preview --mode=production",
            dependsOn: build.map { [$0, "^\($0)"] } ?? [])
        add(options.name("inspectTargetName", "inspect"), command: "rsbuild inspect")
        addTypeCheck(compiler: "tsc", inputs: try productionInputs(file))
        addBuildDependencies()
    }

    mutating func addRollup() throws(GitError) {
        guard let file = try configurations(["rollup.config"], NxInference.everyExtension).last else { return }
        let build = options.name("buildTargetName", "build")
        add(
            build, command: "rollup -c \(file.name)", dependsOn: build.map { ["^\($0)"] } ?? [],
            inputs: try productionInputs(file),
            outputs: NxInference.rollupOutputs(file).map { texts in .known(texts.map { place.output($0) }) }
                ?? .decided(by: file, "where bundles lie"))
        addBuildDependencies()
    }

    /// The directories of every `output`; `nil` when one of them is not written out.
    private static func rollupOutputs(_ file: NxConfigurationFile) -> [String]? {
        guard let exports = file.exports else { return nil }
        var found: [String] = []
        for bundle in exports.items ?? [exports] {
            guard case .known(let output) = bundle.setting(["output"]) else { return nil }
            for entry in output.items ?? [output] {
                switch (entry.setting(["dir"]), entry.setting(["file"])) {
                case (.known(let node), _):
                    guard let text = node.string else { return nil }
                    found.append(text)
                case (.absent, .known(let node)):
                    // What else is emitted lies beside the bundle.
                    guard let text = node.string, let slash = text.lastIndex(of: "/") else { return nil }
                    found.append(String(text[..<slash]))
                default: return nil
                }
            }
        }
        return found.isEmpty ? nil : found
    }

    mutating func addNext() throws(GitError) {
        guard let file = try configurations(["next.config"], ["ts", "js", "cjs", "mjs"]).last else { return }
        let build = options.name("buildTargetName", "build")
        let directory: String? =
            switch file.text("distDir") {
            case .absent: ".next"
            case .known(let text): text
            case .unknown: nil
            }
        let output = directory.map { place.output($0) }
        let outputs: Outputs =
            if let output {
                .known(output.map { ["\($0)/**/*", "!\($0)/cache/**/*"] } ?? [nil])
            } else {
                .decided(by: file, "where the results of 'next build' lie")
            }
        add(
            build, command: "next build", dependsOn: ["^build"],
            inputs: NxInputExpansion.defaults + (try place.namedInputs(of: file)), outputs: outputs)
        addServer(options.name("devTargetName", "dev"), command: "next dev")
        for name in [options.name("startTargetName", "start"), options.name("serveStaticTargetName", "serve-static")] {
            addServer(name, command: "next start", dependsOn: build.map { [$0] } ?? [])
        }
        addBuildDependencies()
    }

    mutating func addNuxt() throws(GitError) {
        guard let file = try configurations(["nuxt.config"], NxInference.everyExtension).last else { return }
        let outputs: Outputs =
            switch file.text("buildDir") {
            case .absent: .known(["{projectRoot}/.nuxt", "{projectRoot}/.output"])
            case .known(let text): .known([place.output(text), "{projectRoot}/.output"])
            case .unknown: .decided(by: file, "where the results of 'nuxt build' lie")
            }
        let names = (options.name("buildTargetName", "build"), options.name("buildStaticTargetName", "build-static"))
        for (name, command) in [(names.0, "nuxt build"), (names.1, "nuxt build --prerender")] {
            add(
                name, command: command, dependsOn: name.map { ["^\($0)"] } ?? [], inputs: try productionInputs(file),
                outputs: outputs)
        }
        addServer(options.name("serveTargetName", "serve"), command: "nuxt dev")
        addFileServer(options.name("serveStaticTargetName", "serve-static"), of: names.1)
        addBuildDependencies()
    }

    mutating func addRemix() throws(GitError) {
        let classic = try configurations(["remix.config"], NxInference.everyExtension).last
        let bundled = try configurations(["vite.config"], NxInference.everyExtension).last {
            $0.mentions("@remix-run/dev") && ($0.mentions("vitePlugin(") || $0.mentions("remix("))
        }
        guard let file = classic ?? bundled else { return }
        let build = options.name("buildTargetName", "build")
        var outputs = Outputs.known(["{projectRoot}/build"])
        if classic != nil {
            switch file.text("assetsBuildDirectory") {
            case .absent: outputs = .known(["{projectRoot}/build", "{projectRoot}/public/build"])
            case .known(let text): outputs = .known(["{projectRoot}/build", place.output(text)])
            case .unknown: outputs = .decided(by: file, "where assets lie")
            }
        } else if !{ if case .absent = file.text("build", "outDir") { true } else { false } }() {
            outputs = .decided(by: file, "where the results of 'remix vite:build' lie")
        }
        add(
            build, command: classic == nil ? "remix vite:build" : "remix build",
            dependsOn: build.map { ["^\($0)"] } ?? [], inputs: try productionInputs(file), outputs: outputs)
        addServer(
            options.name("devTargetName", "dev"), command: classic == nil ? "remix vite:dev" : "remix dev --manual")
        addServer(
            options.name("startTargetName", "start"),
            command: classic == nil ? "remix-serve build/server/index.js" : "remix-serve build/index.js",
            dependsOn: build.map { [$0] } ?? [])
        addFileServer(options.name("serveStaticTargetName", "serve-static"), of: build)
        addApplicationTypeCheck(try productionInputs(file))
        addBuildDependencies()
    }

    mutating func addReactRouter() throws(GitError) {
        guard let file = try configurations(["react-router.config"], NxInference.everyExtension).last,
            place.names.contains(where: { $0.hasPrefix("vite.config.") })
        else { return }
        let build = options.name("buildTargetName", "build")
        let outputs: Outputs =
            switch file.text("buildDirectory") {
            case .absent: .known(["{projectRoot}/build/client", "{projectRoot}/build/server"])
            case .known(let text): .known([place.output(text), place.output("\(text)/../server")])
            case .unknown: .decided(by: file, "where the results of 'react-router build' lie")
            }
        add(
            build, command: "react-router build", dependsOn: build.map { ["^\($0)"] } ?? [],
            inputs: try productionInputs(file), outputs: outputs)
        addServer(options.name("devTargetName", "dev"), command: "react-router dev")
        if file.has("ssr") != false || file.setting(["ssr"]).isAbsent {
            addServer(
                options.name("startTargetName", "start"), command: "react-router-serve build/server/index.js",
                dependsOn: build.map { [$0] } ?? [])
        }
        addApplicationTypeCheck(try productionInputs(file))
        addBuildDependencies()
    }

    mutating func addStorybook() throws(GitError) {
        let directory = place.path.appending(".storybook")
        guard let file = try place.configurations(["main"], NxInference.everyExtension, in: directory).last else {
            return
        }
        let build = options.name("buildStorybookTargetName", "build-storybook")
        let serve = options.name("serveStorybookTargetName", "storybook")
        let inputs = try productionInputs(file)
        let outputs = Outputs.known([
            "{projectRoot}/storybook-static", "{options.output-dir}", "{options.outputDir}", "{options.o}",
        ])
        if file.mentions("@storybook/angular") {
            add(build, executor: "@storybook/angular:build-storybook", inputs: inputs, outputs: outputs)
            addServer(serve, executor: "@storybook/angular:start-storybook")
        } else {
            add(build, command: "storybook build", inputs: inputs, outputs: outputs)
            addServer(serve, command: "storybook dev")
        }
        if NxPlace.depends(try place.files.json(place.root.appending("package.json")), on: "@storybook/test-runner") {
            add(options.name("testStorybookTargetName", "test-storybook"), command: "test-storybook")
        }
        addFileServer(options.name("staticStorybookTargetName", "static-storybook"), of: build)
        addBuildDependencies()
    }

    // MARK: Parts

    /// The configurations there are that `include` and `exclude` of the plugin let through.
    func configurations(_ names: [String], _ extensions: [String]) throws(GitError) -> [NxConfigurationFile] {
        try place.configurations(names, extensions).filter { applies(to: $0.path) }
    }

    func productionInputs(_ file: NxConfigurationFile) throws(GitError) -> [NxInput] {
        place.productionInputs + (try place.namedInputs(of: file))
    }

    /// `typecheck` as plugins of bundlers make it: by the first of three configurations of TypeScript.
    mutating func addTypeCheck(compiler: String, inputs: [NxInput]) {
        let present = place.names.filter { $0.hasPrefix("tsconfig") && $0.hasSuffix(".json") }
        let preferred = ["tsconfig.app.json", "tsconfig.lib.json", "tsconfig.json"].first(where: present.contains)
        guard let configuration = preferred ?? present.first else { return }
        addTypeCheck(
            place.usesReferences
                ? "\(compiler) --build --emitDeclarationOnly" : "\(compiler) --noEmit -p \(configuration)", inputs)
    }

    private mutating func addApplicationTypeCheck(_ inputs: [NxInput]) {
        let project = place.names.contains("tsconfig.app.json") ? " -p tsconfig.app.json" : ""
        addTypeCheck(place.usesReferences ? "tsc --build --emitDeclarationOnly" : "tsc\(project) --noEmit", inputs)
    }

    private mutating func addTypeCheck(_ command: String, _ inputs: [NxInput]) {
        let name = options.name("typecheckTargetName", "typecheck")
        add(
            name, command: command, dependsOn: place.usesReferences ? name.map { ["^\($0)"] } ?? [] : [], inputs: inputs
        )
    }
}

extension JSSetting {
    var isAbsent: Bool { if case .absent = self { true } else { false } }
}
