package dev.lifecycle.impl.health;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/** Shows figures as attributes, all of which can only be read. Refers to its component weakly, by what it is given. */
final class MBeanView implements DynamicMBean {
    private static final Set<Class<?>> SENT = Set.of( // as they are: any client knows them
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class);

    private final String kind;
    private final Supplier<@Nullable Map<String, Object>> figures;

    /** @param figures returns null once the component is gone */
    MBeanView(String kind, Supplier<@Nullable Map<String, Object>> figures) {
        this.kind = kind;
        this.figures = figures;
    }

    private Map<String, Object> now() {
        Map<String, Object> now = figures.get();
        return now == null ? Map.of() : now;
    }

    private static Object sent(Object value) {
        return SENT.contains(value.getClass()) ? value : String.valueOf(value.toString());
    }

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
        Object value = now().get(attribute);
        if (value == null) {
            throw new AttributeNotFoundException("there is no attribute " + attribute + " of this " + kind);
        }
        return sent(value);
    }

    @Override
    public AttributeList getAttributes(String[] attributes) {
        Map<String, Object> now = now(); // once for all of them
        AttributeList list = new AttributeList();
        for (String each : attributes) {
            Object value = now.get(each);
            if (value != null) {
                list.add(new Attribute(each, sent(value)));
            }
        }
        return list;
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException("attributes can only be read");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String action, Object[] parameters, String[] signature) throws ReflectionException {
        throw new ReflectionException(new NoSuchMethodException(action), "there are no operations");
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        MBeanAttributeInfo[] attributes = now().entrySet().stream()
                .map(each -> new MBeanAttributeInfo(
                        each.getKey(), sent(each.getValue()).getClass().getName(), each.getKey(), true, false, false))
                .toArray(MBeanAttributeInfo[]::new);
        return new MBeanInfo(kind, "A " + kind + " of the ownership tree", attributes, null, null, null);
    }
}
