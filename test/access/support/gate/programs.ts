import type { Story } from "./story";

export const job = (image: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
    metadata: { name: "evil", namespace: "shop" },
    spec: { template: { spec: { serviceAccountName: "shop", containers: [{ name: "a", image }], ...more } } },
});

const test = (image: string, more: Record<string, unknown> = {}): Record<string, unknown> =>
    job(`registry.example:5000/${image}`, more);

/** Changes of a workload that is already in the stack. */
export const programStories: readonly (Omit<Story, "change"> & { readonly to: Record<string, unknown> })[] = [
    {
        title: "another image",
        to: test("other:1"),
        says: /^kubernetes:Job test runs registry\.example:5000\/other as shop\/shop$/,
    },
    {
        title: "another command",
        to: test("test:1", { containers: [{ name: "a", image: "registry.example:5000/test:1", command: ["sh"] }] }),
        says: /^kubernetes:Job test runs/,
    },
    {
        title: "a container beside it",
        to: test("test:1", { initContainers: [{ name: "b", image: "evil" }] }),
        says: /^kubernetes:Job test runs evil and registry/,
    },
    ...["env", "envFrom", "volumeMounts", "workingDir", "lifecycle", "livenessProbe"].map((input) => ({
        title: `another ${input}`,
        to: test("test:1", { containers: [{ name: "a", image: "registry.example:5000/test:1", [input]: "other" }] }),
        says: /^kubernetes:Job test runs/,
    })),
    {
        title: "another volume",
        to: test("test:1", { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "other" } }] }),
        says: /^kubernetes:Job test runs/,
    },
    {
        title: "another version of its image: anyone who may push to the repository controls it",
        to: test("test:2"),
    },
    { title: "more replicas and memory: the code is the same", to: { ...test("test:1"), replicas: 3 } },
];

export const testJob = test("test:1");
