package io.pecanraft;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess.Predicates;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The direction of dependencies, and what makes a whole cluster reproducible from one seed, as rules. */
@AnalyzeClasses(packages = "io.pecanraft", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String API = "io.pecanraft";
    private static final String MODEL = "io.pecanraft.model";
    private static final String SPI = "io.pecanraft.spi";
    private static final String PROTOCOL = "io.pecanraft.protocol";
    private static final String RUNTIME = "io.pecanraft.runtime";
    private static final String STATE_MACHINE = "io.pecanraft.statemachine";

    private static final Set<String> CLOCKS_AND_CHANCE = Set.of(
            "java.util.Random",
            "java.util.UUID",
            "java.util.concurrent.ThreadLocalRandom",
            "java.time.Clock",
            "java.util.Timer");

    @ArchTest
    static final ArchRule the_protocol_is_pure = classes()
            .that()
            .resideInAPackage(PROTOCOL)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            PROTOCOL, MODEL, "java.lang", "java.lang.invoke", "java.lang.runtime", "java.util.random")
                    .or(resideInAnyPackage("java.util", "java.util.function", "java.util.stream"))
                    .or(resideInAPackage("org.jspecify.annotations"))
                    .or(named("java.nio.ByteBuffer")));

    @ArchTest
    static final ArchRule the_model_knows_nothing_of_the_rest = noClasses()
            .that()
            .resideInAPackage(MODEL)
            .should()
            .dependOnClassesThat(resideInAPackage("io.pecanraft..").and(not(resideInAPackage(MODEL))));

    @ArchTest
    static final ArchRule the_spi_knows_the_model_alone = noClasses()
            .that()
            .resideInAPackage(SPI)
            .should()
            .dependOnClassesThat(resideInAPackage("io.pecanraft..").and(not(resideInAnyPackage(MODEL, SPI))));

    @ArchTest
    static final ArchRule the_api_knows_neither_protocol_nor_driver = noClasses()
            .that()
            .resideInAPackage(API)
            .should()
            .dependOnClassesThat(resideInAnyPackage(PROTOCOL, RUNTIME)
                    // RaftNode.builder() says why.
                    .and(not(named(RUNTIME + ".DefaultRaftNodeBuilder"))));

    @ArchTest
    static final ArchRule only_the_entry_point_knows_the_builder = noClasses()
            .that(resideInAPackage(API).and(not(named(API + ".RaftNode"))))
            .should()
            .dependOnClassesThat(resideInAPackage(RUNTIME));

    @ArchTest
    static final ArchRule packages_form_no_cycles =
            slices().matching("io.pecanraft.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_the_driver_logs = noClasses()
            .that(resideInAPackage("io.pecanraft..").and(not(resideInAPackage(RUNTIME))))
            .should()
            .dependOnClassesThat(resideInAPackage("org.slf4j.."));

    /** Whoever wants to read the driver finds one class to begin with, and users find none of it. */
    @ArchTest
    static final ArchRule the_driver_shows_its_builder_only = classes()
            .that(resideInAPackage(RUNTIME).and(not(named(RUNTIME + ".DefaultRaftNodeBuilder"))))
            .and()
            .areTopLevelClasses()
            .should()
            .notBePublic();

    @ArchTest
    static final ArchRule there_are_no_grab_bags = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..helper..", "..helpers..");

    @ArchTest
    static final ArchRule classes_are_named_for_what_they_are = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Impl");

    @ArchTest
    static final ArchRule one_class_looks_at_clocks = noClasses()
            .that(resideInAnyPackage(PROTOCOL, RUNTIME, MODEL, API, SPI, STATE_MACHINE)
                    .and(not(named(RUNTIME + ".ThreadRaftExecutor"))))
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule chance_comes_from_the_seed_alone = noClasses()
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are clocks or unseeded chance", type -> CLOCKS_AND_CHANCE.contains(type.getName())))
            .orShould()
            .callMethod(Math.class, "random");

    /** Iteration over these, and streams on other threads, differ from run to run. */
    @ArchTest
    static final ArchRule nothing_depends_on_identity_or_the_common_pool = noClasses()
            .should()
            .callMethod(System.class, "identityHashCode", Object.class)
            .orShould()
            .dependOnClassesThat(named("java.util.IdentityHashMap"))
            .orShould()
            .dependOnClassesThat(named("java.util.concurrent.ForkJoinPool"))
            .orShould()
            .callMethod(Stream.class, "parallel")
            .orShould()
            .callMethod(Collection.class, "parallelStream")
            .orShould()
            .callMethodWhere(Predicates.target(DescribedPredicate.describe(
                    "runs on CompletableFuture's own pool", ArchitectureTest::usesDefaultPool)));

    private static boolean usesDefaultPool(AccessTarget target) {
        if (!target.getOwner().getName().equals("java.util.concurrent.CompletableFuture")) {
            return false;
        }
        boolean async = target.getName().endsWith("Async")
                || List.of("orTimeout", "completeOnTimeout", "delayedExecutor").contains(target.getName());
        boolean givenExecutor = target instanceof AccessTarget.CodeUnitAccessTarget method
                && method.getRawParameterTypes().stream()
                        .anyMatch(type -> type.getName().equals("java.util.concurrent.Executor"));
        return async && !givenExecutor;
    }

    private static DescribedPredicate<JavaClass> named(String name) {
        return DescribedPredicate.describe(
                name, type -> type.getName().equals(name) || type.getName().startsWith(name + "$"));
    }
}
