internal import SwiftSyntax

extension ManifestEvaluator {
    /// Runs statements in order and collects what they return; `false` when a `return` surely ended them.
    func run(
        _ statements: CodeBlockItemListSyntax, in scope: ManifestScope, _ returned: inout [ManifestValue]
    ) -> Bool {
        for statement in statements {
            guard step(statement) else { return true }
            switch statement.item {
            case .decl(let declaration): declare(declaration, in: scope, &returned)
            case .stmt(let inner): if !run(inner, in: scope, &returned) { return false }
            case .expr(let expression): run(expression, in: scope, &returned)
            }
        }
        return true
    }

    private func branch(
        _ statements: CodeBlockItemListSyntax, in scope: ManifestScope, _ returned: inout [ManifestValue]
    ) {
        let inner = ManifestScope(parent: scope)
        conditionally { _ = run(statements, in: inner, &returned) }
    }

    // MARK: Declarations

    private func declare(_ declaration: DeclSyntax, in scope: ManifestScope, _ returned: inout [ManifestValue]) {
        if let variable = declaration.as(VariableDeclSyntax.self) {
            for binding in variable.bindings {
                guard let name = ManifestDeclarations.name(binding), let value = binding.initializer?.value else {
                    continue
                }
                define(name, evaluate(value, in: scope), in: scope)
            }
        } else if let condition = declaration.as(IfConfigDeclSyntax.self) {
            for clause in condition.clauses {
                guard case .statements(let inner) = clause.elements else { continue }
                // Not a scope of its own: what is declared inside is known after it.
                conditionally { _ = run(inner, in: scope, &returned) }
            }
        } else if scope !== global, declaration.is(FunctionDeclSyntax.self) {
            lose(declaration, "a function inside a function is not followed")
        }
    }

    private func define(_ name: String, _ value: ManifestValue, in scope: ManifestScope) {
        if conditions > 0, let old = scope.values[name] {
            scope.values[name] = .choice([old, value])
        } else {
            scope.values[name] = value
        }
    }

    // MARK: Control flow

    private func run(
        _ statement: StmtSyntax, in scope: ManifestScope, _ returned: inout [ManifestValue]
    ) -> Bool {
        if let node = statement.as(ReturnStmtSyntax.self) {
            returned.append(node.expression.map { evaluate($0, in: scope) } ?? .nothing)
            return conditions > 0
        }
        if let node = statement.as(ExpressionStmtSyntax.self) {
            run(node.expression, in: scope, &returned)
        } else if let node = statement.as(ForStmtSyntax.self) {
            loop(node, in: scope, &returned)
        } else if let node = statement.as(GuardStmtSyntax.self) {
            bind(node.conditions, in: scope)
            branch(node.body.statements, in: scope, &returned)
        } else if let node = statement.as(DoStmtSyntax.self) {
            branch(node.body.statements, in: scope, &returned)
            for clause in node.catchClauses { branch(clause.body.statements, in: scope, &returned) }
        } else if let node = statement.as(DeferStmtSyntax.self) {
            branch(node.body.statements, in: scope, &returned)
        } else if !statement.is(BreakStmtSyntax.self), !statement.is(ContinueStmtSyntax.self),
            !statement.is(ThrowStmtSyntax.self)
        {
            lose(statement, "this statement is not followed")
        }
        return true
    }

    private func run(_ expression: ExprSyntax, in scope: ManifestScope, _ returned: inout [ManifestValue]) {
        if let node = expression.as(IfExprSyntax.self) {
            runIf(node, in: scope, &returned)
        } else if let node = expression.as(SwitchExprSyntax.self) {
            _ = evaluate(node.subject, in: scope)
            for (body, names) in ManifestEvaluator.bodies(of: node) {
                let inner = ManifestScope(parent: scope)
                for name in names { inner.values[name] = .unknown }
                branch(body, in: inner, &returned)
            }
        } else {
            _ = evaluate(expression, in: scope)
        }
    }

    private func runIf(_ node: IfExprSyntax, in scope: ManifestScope, _ returned: inout [ManifestValue]) {
        // A chain of `else if` is followed without going deeper.
        var next: IfExprSyntax? = node
        while let current = next {
            guard step(current) else { return }
            next = nil
            let inner = ManifestScope(parent: scope)
            bind(current.conditions, in: inner)
            branch(current.body.statements, in: inner, &returned)
            switch current.elseBody {
            case .ifExpr(let chained)?: next = chained
            case .codeBlock(let block)?: branch(block.statements, in: scope, &returned)
            case nil: break
            }
        }
    }

    /// The bodies of the cases of a `switch`, each with the names that its patterns bind.
    static func bodies(of node: SwitchExprSyntax) -> [(body: CodeBlockItemListSyntax, names: [String])] {
        node.cases.flatMap { item -> [(CodeBlockItemListSyntax, [String])] in
            switch item {
            case .switchCase(let inner): return [body(of: inner)]
            case .ifConfigDecl(let condition):
                return condition.clauses.flatMap { clause -> [(CodeBlockItemListSyntax, [String])] in
                    guard case .switchCases(let cases) = clause.elements else { return [] }
                    return cases.compactMap { if case .switchCase(let inner) = $0 { body(of: inner) } else { nil } }
                }
            }
        }
    }

    private static func body(of node: SwitchCaseSyntax) -> (CodeBlockItemListSyntax, [String]) {
        guard case .case(let label) = node.label else { return (node.statements, []) }
        return (node.statements, label.caseItems.flatMap { ManifestDeclarations.names(in: $0.pattern) })
    }

    /// Gives the names that a condition binds their values.
    private func bind(_ conditions: ConditionElementListSyntax, in scope: ManifestScope) {
        for condition in conditions {
            switch condition.condition {
            case .optionalBinding(let binding):
                guard let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.text else { continue }
                if let value = binding.initializer?.value { scope.values[name] = evaluate(value, in: scope) }
            case .expression(let expression): _ = evaluate(expression, in: scope)
            case .matchingPattern(let match):
                // What a pattern takes out is not followed, and hides what else has its name.
                for name in ManifestDeclarations.names(in: match.pattern) { scope.values[name] = .unknown }
            case .availability: continue
            }
        }
    }

    private func loop(_ node: ForStmtSyntax, in scope: ManifestScope, _ returned: inout [ManifestValue]) {
        let sequence = evaluate(node.sequence, in: scope)
        let name = node.pattern.as(IdentifierPatternSyntax.self)?.identifier.text
        let names = ManifestDeclarations.names(in: node.pattern)
        for element in sequence.elements {
            guard step(node) else { return }
            let inner = ManifestScope(parent: scope)
            for name in names { inner.values[name] = .unknown }
            if let name { inner.values[name] = element }
            branch(node.body.statements, in: inner, &returned)
        }
    }

    // MARK: Values of bodies

    /// The value of a body's only item, when it is an expression.
    func implicitValue(of item: CodeBlockItemSyntax, in scope: ManifestScope) -> ManifestValue? {
        switch item.item {
        case .expr(let expression): return evaluate(expression, in: scope)
        case .stmt(let statement):
            guard let expression = statement.as(ExpressionStmtSyntax.self)?.expression else { return nil }
            return Self.returns(in: Syntax(expression)) ? nil : evaluate(expression, in: scope)
        case .decl: return nil
        }
    }

    /// Whether an `if` or a `switch` leaves the function rather than having a value.
    private static func returns(in node: Syntax) -> Bool {
        node.tokens(viewMode: .sourceAccurate).contains { $0.tokenKind == .keyword(.return) }
    }
}
