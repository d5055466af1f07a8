// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

extension EngineState {
    mutating func applyPolicy(_ event: Event) {
        switch event.kind {
        case .policyModeChanged(let change):
            policy.current = change
            engine?.policyMode = change.mode
        case .emergencyStopChanged(let change): policy.emergencyStop = change.isOn ? change : nil
        case .approvalGrantChanged(let change):
            policy.grants[change.id] = change.isActive ? change : nil
            policy.grants.limit(to: PolicyState.grantLimit) { $0.key < $1.key }
        case .toolStarted: policy.counts.count(.allow, at: event.time)
        case .approvalRequested: policy.counts.count(.ask, at: event.time)
        case .approvalDecided(let decision):
            switch decision.decision {
            case "approved": policy.counts.count(.approved, at: event.time)
            case "rejected": policy.counts.count(.rejected, at: event.time)
            default: break
            }
        case .approvalExpired: policy.counts.count(.expired, at: event.time)
        case .toolFinished(let finished):
            // Refused calls that waited for somebody are counted by what became of the question.
            if finished.outcome == .denied, finished.result.hasPrefix("tool execution denied") {
                policy.counts.count(.deny, at: event.time)
            }
        default: break
        }
    }
}
