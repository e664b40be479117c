import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { DeclarationWindow } from "../../../components/access/declarationWindow";
import { runProgram } from "../../support/program";
import { runOf, tenantStacks, type TenantStack } from "../../support/tenantStacks";

/** A resource that the engine has not answered. */
class Waiting {
    answer = (): void => undefined;
    refuse = (_: Error): void => undefined;
    readonly resource = {
        urn: {
            promise: () =>
                new Promise<void>((resolve, reject) => {
                    [this.answer, this.refuse] = [resolve, reject];
                }),
        },
    } as unknown as pulumi.Resource;
}

/** A window for two resources, and both of them. */
function fullWindow(): { window: DeclarationWindow; first: Waiting; second: Waiting } {
    const window = new DeclarationWindow(2);
    const [first, second] = [new Waiting(), new Waiting()];
    for (const { resource } of [first, second]) {
        const args = { resource, type: "", name: "", props: {}, opts: {} };
        assert.equal(window.record(args), undefined);
    }
    return { window, first, second };
}

/** Whether something has happened once nothing is left to do. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
    let done = false;
    void promise.then(() => (done = true));
    await new Promise(setImmediate);
    return done;
}

describe("a window of declarations", () => {
    it("has room until so many resources wait for the engine, and again when it answers one", async () => {
        assert.ok(await settled(new DeclarationWindow(2).room()));
        const { window, second } = fullWindow();
        const room = window.room();
        assert.ok(!(await settled(room)));
        second.answer();
        assert.ok(await settled(room));
    });

    it("fails with the engine's reason when it refuses a resource, whatever else waits", async () => {
        const { window, first } = fullWindow();
        const room = window.room();
        first.refuse(new Error("the run was refused"));
        await assert.rejects(room, { message: "the run was refused" });
        await assert.rejects(window.room(), { message: "the run was refused" });
    });

    it("has room for everything once it is open", async () => {
        const { window } = fullWindow();
        const room = window.room();
        window.open();
        assert.ok(await settled(room));
        assert.ok(await settled(window.room()));
    });

    it("lets a process that ends meanwhile fail, because the engine would delete what is not declared", async () => {
        const before = process.exitCode;
        const [one, other] = [fullWindow(), fullWindow()];
        const rooms = [one.window.room(), other.window.room()];
        assert.equal(process.exitCode, 1);
        one.first.answer();
        await rooms[0];
        assert.equal(process.exitCode, 1);
        other.first.answer();
        await rooms[1];
        assert.equal(process.exitCode, before);
    });
});

describe("the program", () => {
    for (const stack of Object.keys(tenantStacks) as TenantStack[]) {
        it(`declares less than half of 60 tenants before the engine has made anything for one of them: ${stack}`, async () => {
            let [declared, before] = [0, 0];
            let idle: Promise<void> | undefined;
            const { recording } = await runProgram({
                ...runOf(stack, 60),
                async answering({ type, name }) {
                    declared += type === tenantType ? 1 : 0;
                    if (!type.startsWith("keyless:") && name.startsWith("keyless-shop")) {
                        idle ??= whenIdle().then(() => void (before = declared));
                        await idle;
                    }
                },
            });
            assert.ok(before > 5 && before < 30, `${before} tenants`);
            assert.equal(recording.of(tenantType).length, 60);
        });
    }
});

const tenantType = "keyless:tenancy:Tenant";

/** Mocks answer within the same turn of the event loop. */
function whenIdle(): Promise<void> {
    return new Promise(setImmediate);
}
