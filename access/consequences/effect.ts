/** What a change does to what runs, worst first. */
export const EFFECTS = ["data", "outage", "connections", "permissions", "workloads", "monitoring", "other"] as const;
export type Effect = (typeof EFFECTS)[number];

export const EFFECT_LABELS: Readonly<Record<Effect, string>> = {
    data: "data would be lost",
    outage: "services lose the database or their cluster",
    connections: "connections drop",
    permissions: "permissions are revoked or interrupted",
    workloads: "pods or machines restart or move",
    monitoring: "logs or alarms are removed",
    other: "replaced, with an effect that is not known",
};

/** The effects on what holds data or carries traffic: `--gate-disruption` requires an approval for them. */
export const DISRUPTIVE: readonly Effect[] = ["data", "outage", "connections"];
