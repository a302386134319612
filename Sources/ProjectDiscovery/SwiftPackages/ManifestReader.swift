internal import SwiftParser
internal import SwiftSyntax

/// Makes a manifest of what the evaluator computed and the sweep found.
struct ManifestReader {
    let evaluator: ManifestEvaluator
    let sweep: ManifestSweep
    private var result = SwiftManifest()

    init(evaluator: ManifestEvaluator, sweep: ManifestSweep) {
        self.evaluator = evaluator
        self.sweep = sweep
    }

    mutating func manifest() -> SwiftManifest {
        result.mentionsTests = sweep.mentionsTests
        result.hasRemoteDependencies = sweep.hasRemotePackages
        result.outsidePaths = Array(Set(sweep.outsidePaths)).sorted()
        result.notes = evaluator.lost
        result.isComplete = evaluator.lost.isEmpty
        let packages = evaluator.objects.filter { $0.name == "Package" && $0["name"] != nil }
        if packages.isEmpty {
            result.isComplete = false
            result.notes.append(SwiftManifest.Note(line: 1, message: "no package is made here that can be followed"))
        }
        for package in packages { read(package) }
        findLocalPackages()
        result.notes.sort { ($0.line, $0.message) < ($1.line, $1.message) }
        return result
    }

    private mutating func miss(_ line: Int, _ message: String) {
        result.isComplete = false
        let note = SwiftManifest.Note(line: line, message: message)
        if !result.notes.contains(note) { result.notes.append(note) }
    }

    // MARK: The package

    private mutating func read(_ package: ManifestObject) {
        if result.name == nil { result.name = package["name"]?.texts?.first }
        for product in package["products"]?.elements ?? [] {
            for case .made(let object) in product.branches { read(product: object) }
        }
        for target in package["targets"]?.elements ?? [] {
            for branch in target.branches {
                guard case .made(let object) = branch, let kind = SwiftManifest.TargetKind(rawValue: object.name) else {
                    if case .nothing = branch { continue }
                    miss(package.line, "not every target is known, because the manifest computes some")
                    continue
                }
                read(target: object, kind)
            }
        }
    }

    private mutating func read(product: ManifestObject) {
        guard let kind = SwiftManifest.ProductKind(rawValue: product.name) else { return }
        for name in product["name"]?.texts ?? [] {
            let product = SwiftManifest.Product(kind: kind, name: name, line: product.line)
            if !result.products.contains(product) { result.products.append(product) }
        }
    }

    private mutating func read(target: ManifestObject, _ kind: SwiftManifest.TargetKind) {
        var uses: [SwiftManifest.Use] = []
        for label in ["dependencies", "plugins"] {
            for element in target[label]?.elements ?? [] {
                for branch in element.branches { uses += ManifestReader.uses(branch) }
            }
        }
        if uses.contains(.unknown) {
            uses = [.unknown] + uses.filter { $0 != .unknown }
            result.notes.append(
                SwiftManifest.Note(line: target.line, message: "not everything that this target uses is known"))
        }
        addPath(of: target, kind)
        for name in target["name"]?.texts.map({ $0.map(Optional.some) }) ?? [nil] {
            if name == nil {
                miss(target.line, "the name of this target is not known, because the manifest computes it")
            }
            result.targets.append(
                SwiftManifest.Target(
                    kind: kind, name: name, uses: uses, path: target["path"]?.texts?.first, line: target.line))
        }
    }

    /// Keeps a path that leads out of the package. SwiftPM allows that to binary targets alone.
    private mutating func addPath(of target: ManifestObject, _ kind: SwiftManifest.TargetKind) {
        guard let path = target["path"] else { return }
        guard let texts = path.texts else {
            let note = SwiftManifest.Note(
                line: target.line, message: "the path of a target is not known, because the manifest computes it")
            if kind == .binaryTarget { result.unknownPaths.append(note) } else { result.notes.append(note) }
            return
        }
        for text in texts where text.split(separator: "/").contains("..") && !result.outsidePaths.contains(text) {
            result.outsidePaths.append(text)
        }
    }

    private static func uses(_ value: ManifestValue) -> [SwiftManifest.Use] {
        if case .text(let name) = value { return [.byName(name)] }
        if case .nothing = value { return [] }
        guard case .made(let object) = value, let names = object["name"]?.texts else { return [.unknown] }
        let packages: [String?]
        if let package = object["package"] {
            guard let texts = package.texts else { return [.unknown] }
            packages = texts.isEmpty ? [nil] : texts
        } else {
            packages = [nil]
        }
        return names.flatMap { name in
            packages.map { package in
                switch object.name {
                case "target", "targetItem": .target(name)
                case "product", "productItem": .product(name, package: package)
                case "byName", "byNameItem": .byName(name)
                case "plugin": .plugin(name, package: package)
                default: .unknown
                }
            }
        }
    }

    // MARK: Packages beside this one

    /// Finds the path of every local package that is written anywhere, or says that one is not known.
    private mutating func findLocalPackages() {
        for reference in sweep.references where reference.is(MemberAccessExprSyntax.self) { lose(Syntax(reference)) }
        let made = Dictionary(grouping: evaluator.objects.filter { $0.name == "package" }, by: \.offset)
        let visitsAll =
            sweep.references.isEmpty
            && sweep.ownCalls.allSatisfy {
                evaluator.visitedCalls.contains($0.positionAfterSkippingLeadingTrivia.utf8Offset)
            }
        for call in sweep.localPackages {
            let found = made[call.positionAfterSkippingLeadingTrivia.utf8Offset] ?? []
            if let path = ManifestReader.literal("path", of: call) {
                let name = found.first?["name"]?.texts?.first ?? ManifestReader.literal("name", of: call)
                add(path, name, call, isConditional: found.isEmpty || found.contains(where: \.isConditional))
                continue
            }
            if isUncalled(call) { continue }
            // What depends on parameters is known only when every call was followed.
            guard !found.isEmpty, visitsAll || !ManifestReader.isInBody(call) else {
                lose(Syntax(call))
                continue
            }
            for object in found {
                guard let paths = object["path"]?.texts, !paths.isEmpty else {
                    lose(Syntax(call))
                    continue
                }
                let isConditional = object.isConditional || paths.count > 1 || found.count > 1
                for path in paths { add(path, object["name"]?.texts?.first, call, isConditional: isConditional) }
            }
        }
        result.localDependencies.sort { ($0.line, $0.path) < ($1.line, $1.path) }
    }

    private mutating func lose(_ node: Syntax) {
        let note = SwiftManifest.Note(
            line: evaluator.lines.line(of: node),
            message: "the path of a package is not known, because the manifest computes it")
        if !result.unknownPaths.contains(note) { result.unknownPaths.append(note) }
    }

    private static func literal(_ label: String, of call: FunctionCallExprSyntax) -> String? {
        call.arguments.first { $0.label?.text == label }?.expression.as(StringLiteralExprSyntax.self)?
            .representedLiteralValue
    }

    /// Whether the call stands in a function of the manifest that nothing uses.
    private func isUncalled(_ call: FunctionCallExprSyntax) -> Bool {
        var above = call.parent
        while let node = above {
            if let function = node.as(FunctionDeclSyntax.self) {
                let name = function.name.text
                let isTopmost = evaluator.declarations.functions[name]?.contains { $0.id == function.id } == true
                return isTopmost && !sweep.usedFunctions.contains(name)
            }
            above = node.parent
        }
        return false
    }

    /// Whether a name in the call may mean a parameter, which has another value at each call.
    private static func isInBody(_ call: FunctionCallExprSyntax) -> Bool {
        var above = call.parent
        while let node = above {
            if node.is(FunctionDeclSyntax.self) || node.is(ClosureExprSyntax.self) { return true }
            above = node.parent
        }
        return false
    }

    private mutating func add(
        _ path: String, _ name: String?, _ call: FunctionCallExprSyntax, isConditional: Bool
    ) {
        let dependency = SwiftManifest.LocalDependency(
            path: path, name: name, line: evaluator.lines.line(of: call), isConditional: isConditional)
        if !result.localDependencies.contains(dependency) { result.localDependencies.append(dependency) }
    }
}
