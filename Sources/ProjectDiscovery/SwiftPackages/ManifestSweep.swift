internal import SwiftParser
internal import SwiftSyntax

/// Everything of interest that is written in a manifest, wherever it stands.
///
/// The evaluator says what a manifest computes; the sweep sees to it that nothing is missed that the evaluator did not
/// come by, because every package has to be written as a call somewhere.
struct ManifestSweep {
    /// Calls of `.package(...)` with a path.
    private(set) var localPackages: [FunctionCallExprSyntax] = []
    private(set) var hasRemotePackages = false
    /// Calls of the manifest's own functions.
    private(set) var ownCalls: [FunctionCallExprSyntax] = []
    /// The names of the functions that are called or used as a value.
    private(set) var usedFunctions: Set<String> = []
    /// Uses of `.package` or of an own function as a value, which may be called anywhere.
    private(set) var references: [Syntax] = []
    private(set) var mentionsTests = false
    /// Texts that lead out of the package, other than the paths of packages.
    private(set) var outsidePaths: [String] = []
    /// The first place that is no Swift.
    private(set) var firstError: Syntax?
    /// Set when the manifest is larger than any that a person writes.
    private(set) var isTooLarge = false

    private static let nodeLimit = 1_000_000

    init(_ file: SourceFileSyntax, _ declarations: ManifestDeclarations) {
        // By hand, because a chain of calls can be deeper than the stack.
        var pending = [Syntax(file)]
        var count = 0
        while let node = pending.popLast() {
            count += 1
            guard count < ManifestSweep.nodeLimit else {
                isTooLarge = true
                return
            }
            look(at: node, declarations)
            pending += node.children(viewMode: .all).reversed()
        }
    }

    private mutating func look(at node: Syntax, _ declarations: ManifestDeclarations) {
        switch node.as(SyntaxEnum.self) {
        case .token(let token):
            if token.presence == .missing, firstError == nil { firstError = node }
        case .unexpectedNodes(let unexpected):
            if !unexpected.isEmpty, firstError == nil { firstError = node }
        case .functionCallExpr(let call): look(at: call, declarations)
        case .memberAccessExpr(let access):
            if access.declName.baseName.text == "testTarget" { mentionsTests = true }
            if access.declName.baseName.text == "package", Self.isOfType(access), !Self.isCalled(node) {
                references.append(node)
            }
        case .declReferenceExpr(let reference):
            guard declarations.functions[reference.baseName.text] != nil else { return }
            usedFunctions.insert(reference.baseName.text)
            if Self.isCalled(node) { return }
            // The name of a member is none of a function.
            if node.parent?.as(MemberAccessExprSyntax.self)?.declName.id == reference.id { return }
            references.append(node)
        case .stringLiteralExpr(let literal):
            if !Self.isPackagePath(literal), let path = Self.outsidePath(literal) { outsidePaths.append(path) }
        default: break
        }
    }

    private mutating func look(at call: FunctionCallExprSyntax, _ declarations: ManifestDeclarations) {
        if let access = call.calledExpression.as(MemberAccessExprSyntax.self) {
            let name = access.declName.baseName.text
            guard name == "package" || name == "Package" else {
                guard declarations.staticFunctions[name] != nil else { return }
                usedFunctions.insert(name)
                ownCalls.append(call)
                return
            }
            if call.arguments.contains(where: { $0.label?.text == "path" }) {
                localPackages.append(call)
            } else {
                hasRemotePackages = true
                // A package in the repository that is named by a relative URL.
                if let url = call.arguments.first(where: { $0.label?.text == "url" })?.expression
                    .as(StringLiteralExprSyntax.self)?.representedLiteralValue, url.hasPrefix("."),
                    !outsidePaths.contains(url)
                {
                    outsidePaths.append(url)
                }
            }
        } else if let name = call.calledExpression.as(DeclReferenceExprSyntax.self)?.baseName.text,
            declarations.functions[name] != nil
        {
            ownCalls.append(call)
        }
    }

    /// Whether the member is one of a type, as in `.package` and `Package.Dependency.package`.
    private static func isOfType(_ access: MemberAccessExprSyntax) -> Bool {
        guard let base = access.base else { return true }
        let name = base.as(MemberAccessExprSyntax.self)?.declName ?? base.as(DeclReferenceExprSyntax.self)
        return name?.baseName.text.first?.isUppercase == true
    }

    private static func isCalled(_ node: Syntax) -> Bool {
        guard let call = node.parent?.as(FunctionCallExprSyntax.self) else { return false }
        return call.calledExpression.id == node.id
    }

    private static func isPackagePath(_ literal: StringLiteralExprSyntax) -> Bool {
        guard let argument = literal.parent?.as(LabeledExprSyntax.self), argument.label?.text == "path",
            let call = argument.parent?.parent?.as(FunctionCallExprSyntax.self)
        else { return false }
        return call.calledExpression.as(MemberAccessExprSyntax.self)?.declName.baseName.text == "package"
    }

    /// The path in a text such as `../shared` or `-I../include`.
    private static func outsidePath(_ literal: StringLiteralExprSyntax) -> String? {
        guard let text = literal.representedLiteralValue, text.utf8.count < 1024 else { return nil }
        let components = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = components.firstIndex(where: { $0 == ".." || $0.hasSuffix("..") }) else { return nil }
        if components[first] == ".." { return text }
        return "../" + components[(first + 1)...].joined(separator: "/")
    }
}
