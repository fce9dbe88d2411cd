import { type Count, type Jump, mapSteps, type Place, type Plan, programOf, type RenderedKernel, stepRenderer } from "@neurite/compiler";
import { wgsl, wgslPlaceWords } from "@neurite/compiler";
import { DeviceError } from "@neurite/core";

/** One dispatch: what to run, and where its buffers are. */
export interface Dispatch {
  readonly rendered: RenderedKernel;
  /** Words of the uniform `places`. */
  readonly places: Uint32Array;
  readonly label: string;
}

/** The dispatches of a plan, and where it branches. Throws DeviceError for a kernel of more arrays than `places` has words. */
export function dispatchesOf(plan: Plan): (Dispatch | Jump | Count)[] {
  const render = stepRenderer(plan, () => wgsl);
  return mapSteps(programOf(plan), (step): Dispatch | null => {
    const rendered = render(step);
    if (rendered.workgroups === 0) return null;
    const { buffers } = rendered;
    if (buffers.length > wgslPlaceWords) {
      throw new DeviceError(`[${step.kernel.kind}] uses too many arrays at once: ${buffers.length}, at most ${wgslPlaceWords}`);
    }
    const places = new Uint32Array(wgslPlaceWords);
    buffers.forEach(({ buffer }, use) => (places[use] = (step.places.get(buffer) as Place).offset));
    return { rendered, places, label: step.label };
  });
}
