internal import SwiftParser
internal import SwiftSyntax

extension ManifestEvaluator {
    func evaluate(_ expression: ExprSyntax, in scope: ManifestScope) -> ManifestValue {
        guard step(expression) else { return .unknown }
        return deeper(expression) { follow(expression, in: scope) }
    }

    private func follow(_ expression: ExprSyntax, in scope: ManifestScope) -> ManifestValue {
        switch expression.as(ExprSyntaxEnum.self) {
        case .stringLiteralExpr(let node): return text(node, in: scope)
        case .arrayExpr(let node): return .list(node.elements.map { evaluate($0.expression, in: scope) })
        case .nilLiteralExpr: return .nothing
        case .declReferenceExpr(let node):
            return value(of: node.baseName.text, in: scope) ?? .unknown
        case .functionCallExpr(let node): return call(node, in: scope)
        case .memberAccessExpr(let node): return member(node, in: scope)
        case .sequenceExpr(let node): return sequence(Array(node.elements)[...], in: scope)
        case .tupleExpr(let node):
            guard node.elements.count == 1, let only = node.elements.first else {
                return make("", node.elements.map { ($0.label?.text, evaluate($0.expression, in: scope)) }, at: node)
            }
            return evaluate(only.expression, in: scope)
        case .closureExpr(let node): return .closure(node, scope)
        case .ifExpr(let node): return branches(of: node, in: scope)
        case .switchExpr(let node):
            _ = evaluate(node.subject, in: scope)
            return conditionally {
                .any(
                    of: Self.bodies(of: node).map { body, names in
                        let inner = ManifestScope(parent: scope)
                        for name in names { inner.values[name] = .unknown }
                        return lastValue(of: body, in: inner)
                    })
            }
        case .inOutExpr:
            lose(expression, "what this changes is not followed")
            return .unknown
        case .tryExpr(let node): return evaluate(node.expression, in: scope)
        case .forceUnwrapExpr(let node): return evaluate(node.expression, in: scope)
        case .optionalChainingExpr(let node): return evaluate(node.expression, in: scope)
        default: return .unknown
        }
    }

    private func text(_ node: StringLiteralExprSyntax, in scope: ManifestScope) -> ManifestValue {
        if let plain = node.representedLiteralValue { return .text(plain) }
        var value = ManifestValue.text("")
        for segment in node.segments {
            switch segment {
            case .stringSegment(let segment): value = value.adding(.text(segment.content.text))
            case .expressionSegment(let segment):
                guard segment.expressions.count == 1, let only = segment.expressions.first else { return .unknown }
                value = value.adding(evaluate(only.expression, in: scope))
            }
        }
        return value
    }

    // MARK: Branches

    private func branches(of node: IfExprSyntax, in scope: ManifestScope) -> ManifestValue {
        conditionally {
            var values: [ManifestValue] = []
            var next: IfExprSyntax? = node
            while let current = next, step(current) {
                next = nil
                values.append(lastValue(of: current.body.statements, in: scope))
                switch current.elseBody {
                case .ifExpr(let chained)?: next = chained
                case .codeBlock(let block)?: values.append(lastValue(of: block.statements, in: scope))
                case nil: break
                }
            }
            return .any(of: values)
        }
    }

    private func lastValue(of body: CodeBlockItemListSyntax, in scope: ManifestScope) -> ManifestValue {
        let inner = ManifestScope(parent: scope)
        guard let last = body.last else { return .nothing }
        var returned: [ManifestValue] = []
        _ = run(CodeBlockItemListSyntax(body.dropLast()), in: inner, &returned)
        return implicitValue(of: last, in: inner) ?? .unknown
    }

    // MARK: Operators

    /// The value of operands and operators in a row, which the parser leaves flat; by falling precedence of Swift.
    private func sequence(_ parts: ArraySlice<ExprSyntax>, in scope: ManifestScope) -> ManifestValue {
        let parts = parts.filter { !$0.is(TypeExprSyntax.self) && !$0.is(UnresolvedAsExprSyntax.self) }[...]
        guard let first = parts.first else { return .unknown }
        if parts.count == 1 { return evaluate(first, in: scope) }
        let second = parts[parts.startIndex + 1], rest = parts.dropFirst(2)
        if second.is(AssignmentExprSyntax.self) {
            assign(sequence(rest, in: scope), to: first, in: scope)
            return .nothing
        }
        if let sign = Self.sign(second), sign.hasSuffix("="), !["==", "!=", "<=", ">=", "===", "!=="].contains(sign) {
            let added = sequence(rest, in: scope)
            guard sign == "+=" else {
                assign(.unknown, to: first, in: scope)
                return .nothing
            }
            change(first, in: scope) { $0.adding(added) }
            return .nothing
        }
        if let ternary = parts.firstIndex(where: { $0.is(UnresolvedTernaryExprSyntax.self) }) {
            return choose(parts, at: ternary, in: scope)
        }
        if let at = parts.firstIndex(where: { Self.sign($0) == "??" }) {
            let left = sequence(parts[..<at], in: scope)
            return .choice([left, conditionally { sequence(parts[(at + 1)...], in: scope) }])
        }
        return sum(parts, in: scope)
    }

    private func choose(_ parts: ArraySlice<ExprSyntax>, at index: Int, in scope: ManifestScope) -> ManifestValue {
        guard let ternary = parts[index].as(UnresolvedTernaryExprSyntax.self) else { return .unknown }
        return conditionally {
            .choice([
                evaluate(ternary.thenExpression, in: scope), sequence(parts[(index + 1)...], in: scope),
            ])
        }
    }

    private func sum(_ parts: ArraySlice<ExprSyntax>, in scope: ManifestScope) -> ManifestValue {
        var total: ManifestValue?
        var isSum = true
        for part in parts {
            if let sign = Self.sign(part) {
                if sign != "+" { isSum = false }
                continue
            }
            // Evaluated in any case, for the calls in it.
            let value = evaluate(part, in: scope)
            total = total.map { $0.adding(value) } ?? value
        }
        return isSum ? total ?? .unknown : .unknown
    }

    private static func sign(_ part: ExprSyntax) -> String? {
        part.as(BinaryOperatorExprSyntax.self)?.operator.text
    }

    // MARK: Changes

    /// Sets a variable or a part of an object. Under a condition the old value stays possible.
    private func assign(_ value: ManifestValue, to target: ExprSyntax, in scope: ManifestScope) {
        // `_ = value`
        if target.is(DiscardAssignmentExprSyntax.self) { return }
        change(target, in: scope) { old in
            self.conditions > 0 ? .choice([old, value]) : value
        }
    }

    /// Changes what `target` names by `body`; notes it when that is not known.
    func change(_ target: ExprSyntax, in scope: ManifestScope, _ body: (ManifestValue) -> ManifestValue) {
        if let name = target.as(DeclReferenceExprSyntax.self)?.baseName.text {
            let home = scope.home(of: name) ?? global
            home.values[name] = body(home.values[name] ?? .nothing)
        } else if let chain = target.as(OptionalChainingExprSyntax.self) {
            change(chain.expression, in: scope, body)
        } else if let access = target.as(MemberAccessExprSyntax.self), let base = access.base {
            let label = access.declName.baseName.text
            var isKnown = true
            for branch in evaluate(base, in: scope).branches {
                if case .nothing = branch { continue }
                guard case .made(let object) = branch else {
                    isKnown = false
                    continue
                }
                object[label] = body(object[label] ?? .nothing)
            }
            if !isKnown, Self.isStructural(label) { lose(target, "what this changes is not followed") }
        } else {
            lose(target, "what this changes is not followed")
        }
    }

    /// Whether a part of a package or target has to do with what depends on what.
    private static func isStructural(_ label: String) -> Bool {
        ["dependencies", "targets", "products", "plugins", "path", "name", "sources"].contains(label)
    }
}
