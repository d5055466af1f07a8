// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEvents
import Synchronization

/// What the agent works with; wired once by the engine.
///
/// One object, because every turn and every call of a tool holds it: as a value it was hundreds of bytes in each frame.
package final class AgentParts: Sendable {
    package let store: any Store
    package let bus: EventBus
    package let time: any TimeSource
    package let models: any ModelService
    package let tools: ToolCatalog
    package let approvals: ApprovalDesk
    package let questions: QuestionDesk
    package let context: ContextBuilder
    package let limits: TurnLimits
    /// The policy in force; read at every call.
    package let policy: PolicyControl
    /// What must be remembered of every call.
    package let audit: AuditLog
    /// How people are reached outside of a turn's answer.
    package let notifier: ApprovalDesk.Notifier
    /// A short random code, for the marks around untrusted text.
    package let randomCode: @Sendable () -> String
    /// Text for `/status`.
    package let statusText: @Sendable () -> String
    /// Removes known secrets from what goes to a chat.
    package let redactor: Redactor
    /// Where turns run, and the calls of tools that mostly wait; nil is the global executor.
    let executor: (any TaskExecutor)?
    /// Tool calls, none of which holds up its turn for longer than its grace.
    let toolCalls = BoundedCalls()

    /// Makes the parts.
    package init(
        store: any Store, bus: EventBus, time: any TimeSource, models: any ModelService, tools: ToolCatalog,
        approvals: ApprovalDesk, questions: QuestionDesk, context: ContextBuilder, limits: TurnLimits,
        policy: PolicyControl, audit: AuditLog, notifier: ApprovalDesk.Notifier,
        randomCode: @escaping @Sendable () -> String,
        statusText: @escaping @Sendable () -> String, redactor: Redactor, executor: (any TaskExecutor)?
    ) {
        self.store = store
        self.bus = bus
        self.time = time
        self.models = models
        self.tools = tools
        self.approvals = approvals
        self.questions = questions
        self.context = context
        self.limits = limits
        self.policy = policy
        self.audit = audit
        self.notifier = notifier
        self.randomCode = randomCode
        self.statusText = statusText
        self.redactor = redactor
        self.executor = executor
    }
}
