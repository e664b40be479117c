import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { DeclarationWindow } from "../../components/access/declarationWindow";
import { InlineStack } from "../support/inlineStack";

const names = ["one", "two", "three", "four", "five", "six", "seven", "eight"];

/** A component that declares its resources in portions; one of them fails if its name is given. */
class Portions extends pulumi.ComponentResource {
    readonly names: Promise<readonly string[]>;

    constructor(failing?: string) {
        const window = new DeclarationWindow(2);
        super("keyless:test:Portions", "portions", {}, { transformations: [window.record] });
        this.names = this.declare(window, failing);
        this.registerOutputs({ names: this.names });
    }

    private async declare(window: DeclarationWindow, failing: string | undefined): Promise<readonly string[]> {
        const made: string[] = [];
        for (const name of names) {
            await window.room();
            if (failing === `before ${name}`) {
                throw new Error(`nothing can be made of ${name}`);
            }
            const fail = () => Promise.reject(new Error(`${name} is refused`));
            const hooks = name === failing ? { hooks: { beforeUpdate: [fail] } } : {};
            new pulumi.Stash(name, { input: failing ?? "" }, { parent: this, ...hooks });
            made.push(name);
        }
        return made;
    }
}

const program =
    (failing?: string): PulumiFn =>
    async () => ({ names: await new Portions(failing).names });

describe("a program that declares its resources in portions", () => {
    let stack: InlineStack;

    before(async () => (stack = await InlineStack.create()));
    after(() => stack.remove());

    it("creates all of them, and ends with the reason when one fails, which deletes none that it had not declared", async () => {
        assert.deepEqual((await stack.up(program())).outputs, { names });
        await assert.rejects(stack.up(program("three")), /three is refused/);
        await assert.rejects(stack.up(program("before five")), /nothing can be made of five/);
        const kept = (await stack.resources(program())).map(({ urn }) => String(urn).split("::").at(-1));
        assert.deepEqual(
            names.filter((name) => !kept.includes(name)),
            [],
        );
    });
});
