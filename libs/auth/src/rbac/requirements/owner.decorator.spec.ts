import { Owner, OwnershipResolver } from './owner.decorator.js';
import { type RouteRequirement, routeRequirement } from './route-requirement.js';

const requirementOf = (type: abstract new () => object, slot: string): RouteRequirement =>
  routeRequirement(type, (type.prototype as Record<string, object>)[slot] ?? {});

describe('@Owner()', () => {
  it('keeps the nearest owner', () => {
    class ClassOwner extends OwnershipResolver {
      owns = (): boolean => true;
    }
    class MethodOwner extends ClassOwner {}
    @Owner(ClassOwner)
    class Owned {
      byClass(): void {}
      @Owner(MethodOwner)
      byMethod(): void {}
    }
    expect(requirementOf(Owned, 'byClass').owner).toBe(ClassOwner);
    expect(requirementOf(Owned, 'byMethod').owner).toBe(MethodOwner);

    class DerivedOwner extends ClassOwner {}
    @Owner(DerivedOwner)
    class Derived extends Owned {}
    expect(requirementOf(Derived, 'byClass').owner).toBe(DerivedOwner);
    expect(requirementOf(Derived, 'byMethod').owner).toBe(DerivedOwner);
    class Overriding extends Derived {
      @Owner(MethodOwner)
      override byClass(): void {}
      override byMethod(): void {}
    }
    expect(requirementOf(Overriding, 'byClass').owner).toBe(MethodOwner);
    expect(requirementOf(Overriding, 'byMethod').owner).toBe(DerivedOwner);
  });
});
