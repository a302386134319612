internal import SwiftSyntax

/// Follows what a manifest computes, without running it.
///
/// Both branches of every condition are followed, and a variable that they set has both values. Lists that are built
/// step by step are followed through `+`, `append` and the like; functions that the manifest declares are called.
/// What is not followed is `unknown`. Time and depth are bounded, so that every manifest ends.
final class ManifestEvaluator {
    let declarations: ManifestDeclarations
    let lines: ManifestLines
    let global = ManifestScope(parent: nil)
    /// Every package, target, product and so on that was made, in the order of evaluation, whether it is used or not.
    private(set) var objects: [ManifestObject] = []
    /// Where the calls are written that were evaluated.
    private(set) var visitedCalls: Set<Int> = []
    /// The lines of what may change a package in a way that is not followed.
    var lost: [SwiftManifest.Note] = []
    /// How many conditions are around what is being evaluated.
    var conditions = 0
    /// How deep one evaluation is inside another.
    private var depth = 0
    private var steps = 0
    private var computing: Set<String> = []

    private static let depthLimit = 48
    private static let stepLimit = 50_000

    init(_ file: SourceFileSyntax, lines: ManifestLines) {
        declarations = ManifestDeclarations(file.statements)
        self.lines = lines
        var returned: [ManifestValue] = []
        _ = run(file.statements, in: global, &returned)
    }

    /// Whether the limits were kept; takes one step.
    func step(_ node: some SyntaxProtocol) -> Bool {
        steps += 1
        if steps == ManifestEvaluator.stepLimit { lose(node, "the manifest computes too much to be followed") }
        return steps < ManifestEvaluator.stepLimit
    }

    func lose(_ node: some SyntaxProtocol, _ message: String) {
        // One place says enough: a manifest that does something once mostly does it often.
        guard !lost.contains(where: { $0.message == message }) else { return }
        lost.append(SwiftManifest.Note(line: lines.line(of: node), message: message))
    }

    func make(_ name: String, _ parts: [(label: String?, value: ManifestValue)], at node: some SyntaxProtocol)
        -> ManifestValue
    {
        let offset = node.positionAfterSkippingLeadingTrivia.utf8Offset
        let object = ManifestObject(
            name: name, parts: parts, line: lines.line(of: node), offset: offset, isConditional: conditions > 0)
        objects.append(object)
        return .made(object)
    }

    func visit(_ call: FunctionCallExprSyntax) {
        visitedCalls.insert(call.positionAfterSkippingLeadingTrivia.utf8Offset)
    }

    /// Runs `body` unless evaluation is too deep already.
    func deeper(_ node: some SyntaxProtocol, _ body: () -> ManifestValue) -> ManifestValue {
        guard depth < ManifestEvaluator.depthLimit else {
            lose(node, "this is nested too deeply to be followed")
            return .unknown
        }
        depth += 1
        defer { depth -= 1 }
        return body()
    }

    func conditionally<Value>(_ body: () -> Value) -> Value {
        conditions += 1
        defer { conditions -= 1 }
        return body()
    }

    // MARK: Names

    func value(of name: String, in scope: ManifestScope) -> ManifestValue? {
        if let home = scope.home(of: name) { return home.values[name] }
        guard let bodies = declarations.computed[name] else { return nil }
        return compute(name, bodies)
    }

    /// A static member that the manifest declares itself.
    func staticValue(of name: String) -> ManifestValue? {
        if let bodies = declarations.staticComputed[name] { return compute("static " + name, bodies) }
        guard let expressions = declarations.staticValues[name], computing.insert("static " + name).inserted else {
            return nil
        }
        defer { computing.remove("static " + name) }
        return .any(of: expressions.map { evaluate($0, in: global) })
    }

    private func compute(_ name: String, _ bodies: [CodeBlockItemListSyntax]) -> ManifestValue {
        // One that asks for itself has no value.
        guard computing.insert(name).inserted else { return .unknown }
        defer { computing.remove(name) }
        return .any(of: bodies.map { result(of: $0, in: ManifestScope(parent: global)) })
    }

    /// What a body returns.
    func result(of body: CodeBlockItemListSyntax, in scope: ManifestScope) -> ManifestValue {
        if body.count == 1, let only = body.first, let value = implicitValue(of: only, in: scope) { return value }
        var returned: [ManifestValue] = []
        _ = run(body, in: scope, &returned)
        return returned.isEmpty ? .nothing : .any(of: returned)
    }
}

/// The lines of a manifest, by offset.
struct ManifestLines {
    private let starts: [Int]

    init(_ bytes: [UInt8]) {
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        self.starts = starts
    }

    /// Counted from 1.
    func line(at offset: Int) -> Int {
        var low = 0, high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return max(low, 1)
    }

    func line(of node: some SyntaxProtocol) -> Int { line(at: node.positionAfterSkippingLeadingTrivia.utf8Offset) }
}
