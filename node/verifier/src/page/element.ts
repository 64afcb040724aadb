// Making elements of the page. Text only ever becomes text nodes, so nothing out of a package can become markup.

type Child = Node | string | undefined;
type Attributes = Record<string, string | undefined>;

/** An element with attributes and children; undefined ones are left out. */
export function make<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Attributes, ...inner: Child[]): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(key, value);
  element.append(...inner.filter((child): child is Node | string => child !== undefined));
  return element;
}
