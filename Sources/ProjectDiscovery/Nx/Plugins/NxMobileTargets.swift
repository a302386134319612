internal import GitObjects
internal import JSONText

/// The targets of the plugins for apps of telephones, and for images. Sources: `createNodes` of packages/expo,
/// react-native, docker in https://github.com/nrwl/nx, Nx 18 to 23.
extension NxInference {
    private var isMobile: Bool {
        place.names.contains("metro.config.js") && place.names.contains("package.json")
            && ["app.json", "app.config.js", "app.config.ts"].contains(where: place.names.contains)
    }

    private func usesExpo() throws(GitError) -> Bool {
        let app = try place.files.json(place.path.appending("app.json"))
        if app?["expo"] != nil { return true }
        return NxPlace.depends(try place.manifest(), on: "expo")
    }

    mutating func addExpo() throws(GitError) {
        guard isMobile else { return }
        if try !usesExpo() { return }
        addServer(options.name("startTargetName", "start"), executor: "@nx/expo:start")
        addServer(options.name("serveTargetName", "serve"), command: "expo start --web --clear")
        addServer(options.name("runIosTargetName", "run-ios"), command: "expo run:ios")
        addServer(options.name("runAndroidTargetName", "run-android"), command: "expo run:android")
        let export = options.name("exportTargetName", "export")
        add(
            export, command: "expo export --clear", dependsOn: export.map { ["^\($0)"] } ?? [],
            inputs: place.testInputs, outputs: .known(["{projectRoot}/dist"]))
        add(options.name("installTargetName", "install"), executor: "@nx/expo:install")
        add(options.name("prebuildTargetName", "prebuild"), executor: "@nx/expo:prebuild")
        add(options.name("buildTargetName", "build"), executor: "@nx/expo:build")
        add(options.name("submitTargetName", "submit"), command: "eas submit")
        addBuildDependencies()
    }

    mutating func addReactNative() throws(GitError) {
        guard isMobile else { return }
        if try usesExpo() { return }
        addServer(options.name("startTargetName", "start"), command: "react-native start")
        let sync = options.name("syncDepsTargetName", "sync-deps")
        add(
            options.name("podInstallTargetName", "pod-install"), command: "pod install", directory: "ios",
            dependsOn: sync.map { [$0] } ?? [])
        addServer(options.name("runIosTargetName", "run-ios"), command: "react-native run-ios")
        addServer(options.name("runAndroidTargetName", "run-android"), command: "react-native run-android")
        for (option, standard, output) in [
            ("buildIosTargetName", "build-ios", "ios/build/Build/Products"),
            ("buildAndroidTargetName", "build-android", "android/app/build/outputs"),
        ] {
            let name = options.name(option, standard)
            add(
                name, command: "react-native \(standard)", dependsOn: name.map { ["^\($0)"] } ?? [],
                inputs: place.testInputs, outputs: .known(["{projectRoot}/\(output)"]))
        }
        let bundle = options.name("bundleTargetName", "bundle")
        add(bundle, command: "react-native bundle", dependsOn: bundle.map { ["^\($0)"] } ?? [])
        add(sync, executor: "@nx/react-native:sync-deps")
        add(options.name("upgradeTargetName", "upgrade"), command: "react-native upgrade")
    }

    /// Tags of images hold the commit and the date where options say so, so Nx builds and runs them.
    mutating func addDocker() throws(GitError) {
        guard place.names.contains("Dockerfile"), applies(to: place.path.appending("Dockerfile")) else {
            return
        }
        let build = options.name("buildTarget", "docker:build")
        add(build, executor: "@nx/docker:build", dependsOn: ["build", "^build"])
        let inputs = place.productionInputs
        set(build) { $0.inputs = inputs }
        let run = options.name("runTarget", "docker:run")
        addServer(run, executor: "@nx/docker:run", dependsOn: build.map { [$0] } ?? [])
        add("nx-release-publish", executor: "@nx/docker:release-publish")
    }
}
