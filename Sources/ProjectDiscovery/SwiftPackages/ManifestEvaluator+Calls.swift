internal import SwiftSyntax

extension ManifestEvaluator {
    private typealias Argument = (label: String?, value: ManifestValue)

    func call(_ node: FunctionCallExprSyntax, in scope: ManifestScope) -> ManifestValue {
        visit(node)
        if let reference = node.calledExpression.as(DeclReferenceExprSyntax.self) {
            let name = reference.baseName.text
            if let overloads = declarations.functions[name] {
                return invoke(overloads, arguments(of: node, in: scope), at: node)
            }
            let arguments = arguments(of: node, in: scope)
            // `Array(...)` and `Set(...)` keep what they are given.
            if ["Array", "Set"].contains(name), arguments.count == 1 { return arguments[0].value }
            guard name.first?.isUppercase == true else {
                if scope.home(of: name) != nil { lose(node, "this call is not followed") }
                return lostClosures(arguments, node)
            }
            return make(name, arguments, at: node)
        }
        if let access = node.calledExpression.as(MemberAccessExprSyntax.self) {
            return callMember(access, node, in: scope)
        }
        if let closure = node.calledExpression.as(ClosureExprSyntax.self), node.arguments.isEmpty {
            return result(of: closure.statements, in: ManifestScope(parent: scope))
        }
        _ = evaluate(node.calledExpression, in: scope)
        return lostClosures(arguments(of: node, in: scope), node)
    }

    /// The value of a call that is not followed. What a closure does that it is given is not, either.
    private func lostClosures(_ arguments: [Argument], _ node: FunctionCallExprSyntax) -> ManifestValue {
        let hasClosure = arguments.contains { if case .closure = $0.value { true } else { false } }
        if hasClosure { lose(node, "what this call does with a closure is not followed") }
        return .unknown
    }

    private func arguments(of node: FunctionCallExprSyntax, in scope: ManifestScope) -> [Argument] {
        var arguments: [Argument] = node.arguments.map { ($0.label?.text, evaluate($0.expression, in: scope)) }
        if let closure = node.trailingClosure { arguments.append((nil, .closure(closure, scope))) }
        for closure in node.additionalTrailingClosures { arguments.append((nil, .closure(closure.closure, scope))) }
        return arguments
    }

    // MARK: Functions of the manifest

    private func invoke(
        _ overloads: [FunctionDeclSyntax], _ arguments: [Argument], at node: FunctionCallExprSyntax
    ) -> ManifestValue {
        let fitting = overloads.compactMap { function in
            bind(arguments, to: function, byType: overloads.count > 1).map { (function, $0) }
        }
        guard !fitting.isEmpty else {
            lose(node, "the arguments of this call are not followed")
            return .unknown
        }
        return .any(
            of: fitting.map { function, scope in
                guard let body = function.body else { return .unknown }
                return deeper(node) { result(of: body.statements, in: scope) }
            })
    }

    /// The parameters of a function with the values they are given; `nil` when the arguments do not fit.
    ///
    /// - Parameter byType: whether a list is told from a single value, as among overloads.
    private func bind(_ arguments: [Argument], to function: FunctionDeclSyntax, byType: Bool) -> ManifestScope? {
        let scope = ManifestScope(parent: global)
        var rest = arguments[...]
        for parameter in function.signature.parameterClause.parameters {
            let label = parameter.firstName.text == "_" ? nil : parameter.firstName.text
            let name = (parameter.secondName ?? parameter.firstName).text
            func takes(_ value: ManifestValue) -> Bool { !byType || Self.fits(value, parameter.type) }
            if parameter.ellipsis != nil {
                var values: [ManifestValue] = []
                while let next = rest.first, next.label == (values.isEmpty ? label : nil), takes(next.value) {
                    values.append(next.value)
                    rest.removeFirst()
                }
                scope.values[name] = .list(values)
            } else if let next = rest.first, next.label == label, takes(next.value) {
                scope.values[name] = next.value
                rest.removeFirst()
            } else if let initial = parameter.defaultValue?.value {
                scope.values[name] = evaluate(initial, in: global)
            } else {
                return nil
            }
        }
        return rest.isEmpty ? scope : nil
    }

    private static func fits(_ value: ManifestValue, _ type: TypeSyntax) -> Bool {
        switch value {
        case .list: !type.is(IdentifierTypeSyntax.self) && !type.is(MemberTypeSyntax.self)
        case .text, .made: !type.is(ArrayTypeSyntax.self)
        case .choice, .nothing, .closure, .unknown: true
        }
    }

    // MARK: Members

    func member(_ node: MemberAccessExprSyntax, in scope: ManifestScope) -> ManifestValue {
        let name = node.declName.baseName.text
        guard let base = node.base, !isType(base, in: scope) else {
            if let value = staticValue(of: name) { return value }
            // The package's own directory is where its paths start.
            if let base = node.base?.trimmedDescription, base == "Context" {
                return name == "packageDirectory" ? .text(".") : .unknown
            }
            return make(name, [], at: node)
        }
        let values: [ManifestValue] = evaluate(base, in: scope).branches.map { branch in
            switch branch {
            case .made(let object): return object[name] ?? .nothing
            case .list(let elements) where name == "first" || name == "last":
                return .choice(elements + [.nothing])
            case .list where ["lazy", "indices"].contains(name): return name == "lazy" ? branch : .unknown
            case .nothing: return .nothing
            default: return .unknown
            }
        }
        return .any(of: values)
    }

    /// Whether `Target`, `Package.Dependency` or alike is meant: a name in upper case that is no variable.
    private func isType(_ expression: ExprSyntax, in scope: ManifestScope) -> Bool {
        var expression = expression
        while let access = expression.as(MemberAccessExprSyntax.self) {
            guard access.declName.baseName.text.first?.isUppercase == true else { return false }
            guard let base = access.base else { return true }
            expression = base
        }
        guard let name = expression.as(DeclReferenceExprSyntax.self)?.baseName.text else { return false }
        return name.first?.isUppercase == true && scope.home(of: name) == nil
    }

    private func callMember(
        _ access: MemberAccessExprSyntax, _ node: FunctionCallExprSyntax, in scope: ManifestScope
    ) -> ManifestValue {
        let name = access.declName.baseName.text
        guard let base = access.base, !isType(base, in: scope) else {
            let arguments = arguments(of: node, in: scope)
            guard let overloads = declarations.staticFunctions[name] else { return make(name, arguments, at: node) }
            guard !ManifestEvaluator.isOfPackageDescription(name) else {
                lose(node, "the manifest declares '\(name)' itself, which is not followed")
                return .unknown
            }
            return invoke(overloads, arguments, at: node)
        }
        if let value = changeList(name, base, node, in: scope) { return value }
        let owner = evaluate(base, in: scope)
        if let closure = closure(of: node, in: scope) { return apply(name, owner, closure, node) }
        let arguments = arguments(of: node, in: scope)
        switch name {
        case "lowercased": return change(owner) { $0.lowercased() }
        case "uppercased": return change(owner) { $0.uppercased() }
        case "reversed", "sorted": return .list(owner.elements)
        case "joined" where arguments.isEmpty: return .list(owner.elements.flatMap(\.elements))
        default:
            if declarations.methods.contains(name) { lose(node, "the manifest's own methods are not followed") }
            return lostClosures(arguments, node)
        }
    }

    private func change(_ value: ManifestValue, _ body: (String) -> String) -> ManifestValue {
        value.texts.map { .any(of: $0.map { .text(body($0)) }) } ?? .unknown
    }

    private static func isOfPackageDescription(_ name: String) -> Bool {
        ["package", "product", "byName"].contains(name) || SwiftManifest.TargetKind(rawValue: name) != nil
            || SwiftManifest.ProductKind(rawValue: name) != nil
    }

    // MARK: Lists

    /// Carries out what changes a list in place; `nil` when the call does not.
    private func changeList(
        _ name: String, _ base: ExprSyntax, _ node: FunctionCallExprSyntax, in scope: ManifestScope
    ) -> ManifestValue? {
        switch name {
        case "append", "insert", "prepend":
            var added: [ManifestValue] = []
            for argument in arguments(of: node, in: scope) where argument.label != "at" {
                added += argument.label == "contentsOf" ? argument.value.elements : [argument.value]
            }
            change(base, in: scope) { .list($0.elements + added) }
        case "removeAll", "removeFirst", "removeLast", "remove", "sort", "reverse", "shuffle":
            // What is taken out counts all the same.
            _ = arguments(of: node, in: scope)
        default: return nil
        }
        return .nothing
    }

    private func closure(
        of node: FunctionCallExprSyntax, in scope: ManifestScope
    ) -> (ClosureExprSyntax, ManifestScope)? {
        if let closure = node.trailingClosure { return (closure, scope) }
        guard node.arguments.count == 1, let only = node.arguments.first?.expression.as(ClosureExprSyntax.self) else {
            return nil
        }
        return (only, scope)
    }

    /// Calls a closure for every element of a list, as `map` and its kin do.
    private func apply(
        _ name: String, _ owner: ManifestValue, _ closure: (node: ClosureExprSyntax, scope: ManifestScope),
        _ node: FunctionCallExprSyntax
    ) -> ManifestValue {
        switch name {
        case "filter", "sorted", "drop", "prefix": return .list(owner.elements)
        case "first", "last": return .choice(owner.elements + [.nothing])
        case "map", "compactMap", "flatMap", "forEach": break
        case "contains", "allSatisfy", "firstIndex", "lastIndex", "min", "max", "count": return .unknown
        default:
            lose(node, "what this call does with a closure is not followed")
            return .unknown
        }
        var results: [ManifestValue] = []
        for element in owner.elements {
            guard step(node) else { return .unknown }
            let result = deeper(node) { conditionally { self.run(closure.node, in: closure.scope, on: element) } }
            switch name {
            case "flatMap": results += result.elements
            case "compactMap": results += result.branches.filter { if case .nothing = $0 { false } else { true } }
            default: results.append(result)
            }
        }
        return .list(results)
    }

    private func run(_ closure: ClosureExprSyntax, in outer: ManifestScope, on element: ManifestValue) -> ManifestValue
    {
        let scope = ManifestScope(parent: outer)
        let names = Self.parameters(of: closure)
        for name in names { scope.values[name] = .unknown }
        // Of several parameters each is a part of the element.
        if names.count <= 1 { scope.values[names.first ?? "$0"] = element }
        return result(of: closure.statements, in: scope)
    }

    private static func parameters(of closure: ClosureExprSyntax) -> [String] {
        switch closure.signature?.parameterClause {
        case .simpleInput(let names): names.map(\.name.text)
        case .parameterClause(let clause): clause.parameters.map { ($0.secondName ?? $0.firstName).text }
        case nil: []
        }
    }
}
