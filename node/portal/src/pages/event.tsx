export function EventPage({ name }: { name: string }) { return <h1>{name}</h1>; }
